// The queue of events by keyboard: j and k go from row to row, x ticks, o opens.  One tick for all of the page.
(function () {
  "use strict";
  var rows = Array.from(document.querySelectorAll("tr[data-row]"));
  var here = -1;

  function go(to) {
    if (!rows.length) { return; }
    if (here >= 0) { rows[here].classList.remove("here"); }
    here = Math.max(0, Math.min(rows.length - 1, to));
    rows[here].classList.add("here");
    rows[here].querySelector("[data-open]").focus();
    rows[here].scrollIntoView({ block: "nearest" });
  }
  document.addEventListener("keydown", function (event) {
    var typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) && event.target.type !== "checkbox";
    if (event.ctrlKey || event.metaKey || event.altKey || typing || !rows.length) { return; }
    if (event.key === "j") { go(here + 1); }
    else if (event.key === "k") { go(here - 1); }
    else if (event.key === "x" && here >= 0) {
      var tick = rows[here].querySelector("input[type=checkbox]");
      if (tick) { tick.checked = !tick.checked; }
    }
    else if (event.key === "o" && here >= 0) { rows[here].querySelector("[data-open]").click(); }
    else { return; }
    event.preventDefault();
  });

  var all = document.querySelector("[data-all]");
  if (all) {
    all.addEventListener("change", function () {
      rows.forEach(function (row) { row.querySelector("input[type=checkbox]").checked = all.checked; });
    });
  }
})();
