// A text with a button beside it: puts it on the clipboard, or selects it where the browser does not allow that.

/** What every button with `data-copy` does, from now on. */
export function copyOnClick() {
  document.addEventListener("click", async ({ target }) => {
    const button = target.closest("[data-copy]");
    if (!button) return;
    const text = button.previousElementSibling;
    // Beside a picture, the word stands in an element of its own.
    const word = button.lastElementChild ?? button;
    try {
      await navigator.clipboard.writeText(text.textContent);
      say("Copied.");
      word.textContent = "Copied";
    } catch {
      // Outside of secure contexts there is none.
      getSelection().selectAllChildren(text);
      say("The line is selected: copy it with your keyboard.");
      word.textContent = "Selected";
    }
    setTimeout(() => (word.textContent = "Copy"), 2000);
  });
}

/** Says something to those who listen to the page. @param {string} words */
function say(words) {
  const place = document.getElementById("announcer");
  // The same words twice would not be a change, and would not be said.
  place.textContent = place.textContent === words ? `${words}\u00a0` : words;
}
