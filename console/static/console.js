// What pages of the console share: the token on every HTMX request, drafts that survive a session's end,
// faults shown where they happen.  Everything works without it, but for keys and progress.
(function () {
  "use strict";
  var token = document.querySelector('meta[name="csrf"]').content;

  document.addEventListener("htmx:configRequest", function (event) {
    event.detail.headers["X-CSRF-Token"] = token;
  });
  document.addEventListener("htmx:responseError", function (event) { notice(event.detail.xhr.responseText); });
  document.addEventListener("htmx:sendError", function () { notice('<p class="told bad" role="alert">没有连上服务器，刚才的操作没有执行，请稍后再试</p>'); });

  function notice(html) {
    var place = document.getElementById("notice");
    var fragment = new DOMParser().parseFromString(html, "text/html");
    place.replaceChildren.apply(place, Array.from(fragment.querySelectorAll(".told")));
    place.scrollIntoView({ block: "nearest" });
  }

  // Drafts: what was typed is kept in this tab until the form is answered.
  function key(field) { return "draft:" + document.body.dataset.who + ":" + location.pathname + ":" + (field.form && field.form.action) + ":" + field.name; }
  function keep(root) {
    root.querySelectorAll("[data-keep]").forEach(function (field) {
      var kept = sessionStorage.getItem(key(field));
      if (kept) { field.value = kept; }  // typed here and neither sent nor saved since: newer than what the page says
      field.addEventListener("input", function () { sessionStorage.setItem(key(field), field.value); });
    });
  }
  // What was sent and taken is no draft any more, wherever the answer leads; what was refused stays.
  if (document.querySelector(".told.good")) {
    JSON.parse(sessionStorage.getItem("sent") || "[]").forEach(function (one) { sessionStorage.removeItem(one); });
    sessionStorage.removeItem("sent");
  }
  document.addEventListener("submit", function (event) {
    var fields = Array.from(event.target.elements).filter(function (field) { return field.hasAttribute("data-keep"); });
    sessionStorage.setItem("sent", JSON.stringify(fields.map(key)));
  });
  // What the server saved as a draft is no more this tab's to remember.
  function including(elt) { return document.querySelectorAll((elt.getAttribute("hx-include") || "#_") + " [data-keep]"); }
  document.addEventListener("htmx:beforeRequest", function (event) {
    var saved = event.detail.requestConfig;
    saved.kept = Array.from(including(event.detail.elt)).map(function (field) { return [key(field), sessionStorage.getItem(key(field))]; });
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    if (!event.detail.successful || event.detail.xhr.getResponseHeader("HX-Redirect")) { return; }
    (event.detail.requestConfig.kept || []).forEach(function (one) {
      if (one[1] !== null && sessionStorage.getItem(one[0]) === one[1]) { sessionStorage.removeItem(one[0]); }
    });
  });
  keep(document);
  document.addEventListener("htmx:load", function (event) { keep(event.detail.elt); });

  // One answer for one click.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post" || form.hasAttribute("hx-post")) { return; }
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });

  // Keys: an element with data-key is clicked by it, where nobody is typing.
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) { return; }
    var found = document.querySelector('[data-key="' + CSS.escape(event.key) + '"]');
    if (found) { event.preventDefault(); found.focus(); found.click(); }
  });

  // Charts: <div class="chart" data-chart='{…ECharts option…}' role="img" aria-label="…">
  function draw(root) {
    if (!window.echarts) { return; }
    root.querySelectorAll("[data-chart]").forEach(function (place) {
      var chart = window.echarts.init(place, null, { renderer: "svg" });
      chart.setOption(JSON.parse(place.dataset.chart));
      window.addEventListener("resize", function () { chart.resize(); });
    });
  }
  draw(document);
  document.addEventListener("htmx:load", function (event) { draw(event.detail.elt); });
})();
