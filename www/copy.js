// A text with a button beside it: puts it on the clipboard, or selects it where the browser does not allow that.

/** What every button with `data-copy` does, from now on. */
export function copyOnClick() {
  document.addEventListener("click", async ({ target }) => {
    const button = target.closest("[data-copy]");
    if (!button) return;
    // The text before it, or the one that it names.
    const text = document.getElementById(button.dataset.copy) ?? button.previousElementSibling;
    // Beside a picture, the word stands in an element of its own.
    const word = button.lastElementChild ?? button;
    const words = (word.dataset.words ??= word.textContent);
    try {
      await navigator.clipboard.writeText(text.textContent);
      say("Copied.");
      word.textContent = "Copied";
    } catch {
      // Outside of secure contexts there is none.
      text.closest("details")?.setAttribute("open", "");
      getSelection().selectAllChildren(text);
      say("The text is selected: copy it with your keyboard.");
      word.textContent = "Selected";
    }
    setTimeout(() => (word.textContent = words), 2000);
  });
}

/** What every button with `data-share` does: the system's own sheet where there is one, and the clipboard elsewhere. */
export function shareOnClick() {
  document.addEventListener("click", async ({ target }) => {
    const button = target.closest("[data-share]");
    if (!button) return;
    const url = button.dataset.share;
    try {
      if (navigator.share) return await navigator.share({ title: document.title, url });
      await navigator.clipboard.writeText(url);
      say("Link copied. Anyone who has it can read the report.");
      button.textContent = "Link copied";
    } catch (error) {
      // Who closes the sheet has changed their mind.
      if (error?.name !== "AbortError") say("The link could not be shared. Copy it from the line above.");
    }
  });
}

/** Says something to those who listen to the page. @param {string} words */
function say(words) {
  const place = document.getElementById("announcer");
  // The same words twice would not be a change, and would not be said.
  place.textContent = place.textContent === words ? `${words}\u00a0` : words;
}
