"use strict";
// Shows the briefs that fit what is chosen; the choice stands in the address after #, so that it can be kept and sent.
(() => {
  const fields = [...document.querySelectorAll(".filters select")];
  const briefs = [...document.querySelectorAll(".brief")];
  const folds = [...document.querySelectorAll(".more")];
  const periods = [...document.querySelectorAll(".period")];
  const status = document.querySelector("[role=status]");
  const chosen = () => Object.fromEntries(fields.map((field) => [field.id, field.value]));
  const hasShown = (part) => part.querySelector(".brief:not([hidden])") !== null;

  const show = () => {
    const { period, reader, group } = chosen();
    const isNarrowed = Boolean(period || reader || group);
    for (const brief of briefs) {
      const has = brief.dataset;
      brief.hidden = Boolean(
        (period && brief.closest(".period").dataset.period !== period) ||
        (reader && has.reader !== reader) ||
        (group && !has.groups.split(" ").includes(group)),
      );
    }
    for (const part of periods) part.hidden = !hasShown(part);
    for (const fold of folds) {
      fold.hidden = !hasShown(fold);
      fold.open = Boolean(reader);
    }
    const shown = briefs.filter((brief) => !brief.hidden).length;
    status.textContent = shown
      ? status.dataset.found.replace("{shown}", shown).replace("{all}", briefs.length)
      : status.dataset.none;
    document.getElementById("reset").hidden = !isNarrowed;
  };

  const remember = () => {
    const kept = Object.entries(chosen()).filter(([, value]) => value);
    history.replaceState(null, "", kept.length ? `#${new URLSearchParams(kept)}` : "#");
    show();
  };

  // An address without a choice, such as that of the skip link, changes nothing.
  const recall = () => {
    if (location.hash.length > 1 && !location.hash.includes("=")) return;
    const kept = new URLSearchParams(location.hash.slice(1));
    for (const field of fields) {
      field.value = kept.get(field.id) ?? "";
      if (field.selectedIndex < 0) field.value = "";
    }
    show();
  };

  for (const field of fields) field.addEventListener("change", remember);
  document.getElementById("reset").addEventListener("click", () => {
    for (const field of fields) field.value = "";
    remember();
    fields[0].focus();
  });
  window.addEventListener("hashchange", recall);
  document.documentElement.classList.add("scripted");
  recall();
  show();
})();
