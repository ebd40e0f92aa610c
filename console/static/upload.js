// Files by drag and drop, each with its progress.  Without this the form sends them as it stands.
(function () {
  "use strict";
  var token = document.querySelector('meta[name="csrf"]').content;
  var running = 0;  // uploads that have not ended

  function line(going, text) {
    var row = document.createElement("p");
    var label = document.createElement("span");
    var bar = document.createElement("progress");
    label.textContent = text;
    bar.max = 100;
    bar.value = 0;
    bar.setAttribute("aria-label", text);
    row.append(label, bar);
    going.append(row);
    return { row: row, label: label, bar: bar };
  }

  function fail(shown, told, again) {
    shown.bar.remove();
    shown.label.textContent = told;
    shown.label.className = "told bad";
    shown.label.setAttribute("role", "alert");
    if (!again) { return; }
    var button = document.createElement("button");
    button.type = "button";
    button.textContent = "重新上传";
    button.addEventListener("click", function () { shown.row.remove(); again(); });
    shown.row.append(button);
  }

  function sentence(body) {
    var told = new DOMParser().parseFromString(body, "text/html").querySelectorAll(".told");
    return Array.from(told).map(function (one) { return one.textContent.trim(); }).join("；") || "没有上传成功，请稍后重试";
  }

  function send(form, file) {
    var most = Number(form.dataset.most);
    var shown = line(form.querySelector(".going"), file.name + "（" + (file.size / 1048576).toFixed(1) + " MB）");
    if (file.size > most * 1048576) {
      fail(shown, "“" + file.name + "”有 " + (file.size / 1048576).toFixed(0) + " MB，每个文件至多 " + most + " MB，请压缩或拆分后再传");
      return;
    }
    var again = function () { send(form, file); };
    var asked = new XMLHttpRequest();
    asked.open("POST", form.action + "?name=" + encodeURIComponent(file.name.slice(0, 400)));
    asked.setRequestHeader("Content-Type", "application/octet-stream");
    asked.setRequestHeader("X-CSRF-Token", token);
    asked.setRequestHeader("HX-Request", "true");
    asked.upload.addEventListener("progress", function (event) {
      if (event.lengthComputable) { shown.bar.value = 100 * event.loaded / event.total; }
    });
    running += 1;
    asked.addEventListener("loadend", function () { running -= 1; });
    asked.addEventListener("load", function () {
      var away = asked.getResponseHeader("HX-Redirect");
      if (away) { location.assign(away); return; }
      if (asked.status !== 200) {  // what was refused for what it is would be refused again
        fail(shown, sentence(asked.responseText), asked.status < 500 ? null : again);
        return;
      }
      shown.row.remove();
      var list = document.querySelector(form.dataset.upload);
      var item = new DOMParser().parseFromString(asked.responseText, "text/html").querySelector("li");
      var known = document.getElementById(item.id);
      if (known) { known.replaceWith(item); } else { list.append(document.adoptNode(item)); }
      list.dispatchEvent(new Event("change", { bubbles: true }));
    });
    asked.addEventListener("error", function () { fail(shown, "“" + file.name + "”上传中断，没有留下任何内容，可以重新上传", again); });
    asked.send(file);
  }

  // What is still on its way would not be part of what is handed in.
  document.querySelectorAll("form[method=post]:not([data-upload])").forEach(function (form) {
    form.addEventListener("submit", function (event) {
      if (!running) { return; }
      event.preventDefault();
      event.stopPropagation();
      var told = document.createElement("p");
      told.className = "told warn";
      told.setAttribute("role", "alert");
      told.textContent = "还有 " + running + " 个文件正在上传，传完以后再提交；这次没有提交";
      var place = document.getElementById("notice");
      place.replaceChildren(told);
      place.scrollIntoView({ block: "nearest" });
    });
  });
  window.addEventListener("beforeunload", function (event) { if (running) { event.preventDefault(); } });
  // A file that is dropped beside the place meant for it would open in the stead of the form.
  ["dragover", "drop"].forEach(function (name) {
    window.addEventListener(name, function (event) {
      if (event.dataTransfer && Array.from(event.dataTransfer.types).includes("Files")) { event.preventDefault(); }
    });
  });

  document.querySelectorAll("form[data-upload]").forEach(function (form) {
    var input = form.querySelector("input[type=file]");
    var button = form.querySelector("button");
    button.hidden = true;
    input.addEventListener("change", function () {
      Array.from(input.files).forEach(function (file) { send(form, file); });
      input.value = "";
    });
    ["dragenter", "dragover"].forEach(function (name) {
      form.addEventListener(name, function (event) { event.preventDefault(); form.classList.add("over"); });
    });
    ["dragleave", "drop"].forEach(function (name) {
      form.addEventListener(name, function () { form.classList.remove("over"); });
    });
    form.addEventListener("drop", function (event) {
      event.preventDefault();
      Array.from(event.dataTransfer.files).forEach(function (file) { send(form, file); });
    });
  });
})();
