// The theme and the colour that the widget's page asked for, before anything is painted. Whatever the colour, words in it and on it can
// be read: it is moved towards black or white until they can (WCAG 2.2, 1.4.3).

const asked = new URLSearchParams(location.search);
const root = document.documentElement;
const theme = asked.get("theme");
if (theme === "light" || theme === "dark") root.dataset.theme = theme;

/** @param {number[]} colour */
const luminance = (colour) => {
  const [red, green, blue] = colour.map((part) => (part <= 10 ? part / 3294 : ((part / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};
/** @param {number[]} one @param {number[]} other */
const contrast = (one, other) => {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
};

const accent = /^#?([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(asked.get("accent") ?? "");
if (accent) {
  const isDark = theme === "dark" || (theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  const ground = isDark ? [24, 27, 33] : [239, 236, 227];
  const end = isDark ? 255 : 0;
  let colour = accent.slice(1).map((part) => Number.parseInt(part, 16));
  for (let step = 0; step < 50 && contrast(colour, ground) < 4.5; step++) colour = colour.map((part) => Math.round(part + (end - part) / 20));
  root.style.setProperty("--accent", `rgb(${colour})`);
  root.style.setProperty("--on-accent", contrast(colour, [255, 255, 255]) >= 4.5 ? "#fff" : "#000");
}
