// Findings by keyboard: j and k go on, x ticks, Enter opens, c confirms, d dismisses, u takes back, ? tells the keys.
(function () {
  "use strict";
  var here = null;

  function rows() {
    return Array.from(document.querySelectorAll("tr[data-row]")).filter(function (row) { return row.offsetParent !== null; });
  }
  function go(step) {
    var all = rows();
    if (!all.length) { return false; }
    var at = all.indexOf(here) + step;
    if (here) { here.classList.remove("here"); }
    here = all[Math.max(0, Math.min(all.length - 1, at))];
    here.classList.add("here");
    here.querySelector("[data-open]").focus();
    here.scrollIntoView({ block: "nearest" });
    return true;
  }
  function ticks(root) { return Array.from((root || document).querySelectorAll('input[name="card"][type="checkbox"]')); }
  function tell() {
    var place = document.querySelector("[data-ticked]");
    if (place) { place.textContent = "已勾选 " + ticks().filter(function (one) { return one.checked; }).length + " 项"; }
  }
  function tick(row, on) {
    var box = row && row.querySelector('input[name="card"]');
    if (box) { box.checked = on === undefined ? !box.checked : on; tell(); }
    return Boolean(box);
  }
  function press(selector) {
    var found = document.querySelector(selector);
    if (!found) { return false; }
    var form = found.form;
    if (form && form.id === "many" && !ticks(form).some(function (one) { return one.checked; }) && !tick(here, true)) { return true; }
    found.click();
    return true;
  }
  function dismiss() {
    var found = document.querySelector("[data-dismiss]");
    if (!found) { return false; }
    var why = found.form.querySelector('[name="why"]');
    if (why && !why.value.trim()) { tick(here, here && here.querySelector("input:checked") ? undefined : true); why.focus(); return true; }
    return press("[data-dismiss]");
  }
  function link(selector) {
    var found = document.querySelector(selector);
    if (found) { location.href = found.href; }
    return Boolean(found);
  }
  var keys = {
    j: function () { return link("[data-next]") || go(1); },
    k: function () { return link("[data-prev]") || go(-1); },
    x: function () { return tick(here); },
    c: function () { return press("[data-confirm]"); },
    d: dismiss,
    u: function () { return press("[data-undo]"); },
    "?": help
  };
  function help() {
    var dialog = document.getElementById("keys");
    if (dialog && !dialog.open) { dialog.showModal(); }
    return Boolean(dialog);
  }
  document.addEventListener("keydown", function (event) {
    var typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) && event.target.type !== "checkbox";
    if (event.ctrlKey || event.metaKey || event.altKey || typing || !keys[event.key] || document.querySelector("dialog[open]")) { return; }
    if (keys[event.key]()) { event.preventDefault(); }
  });
  document.querySelectorAll("[data-help]").forEach(function (button) { button.addEventListener("click", help); });

  // A group of one cause opens under its line.
  document.addEventListener("click", function (event) {
    var button = event.target.closest("button.unfold");
    if (!button) { return; }
    var inside = button.closest("tr").nextElementSibling;
    inside.hidden = !inside.hidden;
    button.setAttribute("aria-expanded", String(!inside.hidden));
  });
  document.addEventListener("change", function (event) {
    if (event.target.matches("[data-group]")) {
      ticks(event.target.closest("td")).forEach(function (one) { one.checked = event.target.checked; });
    } else if (event.target.matches("[data-all]")) {
      ticks().forEach(function (one) { if (one.offsetParent !== null) { one.checked = event.target.checked; } });
    }
    tell();
  });
})();
