if (!window.gcExploreKeys) {
  window.gcExploreKeys = true;
  document.addEventListener("focusin", event => {
    if (event.target.closest(".gc-panel")) event.target.setAttribute("data-lm-suppress-shortcuts", "true");
  });
}
