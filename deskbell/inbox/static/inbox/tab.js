/* How many notices are unread stands on the tab's icon, and before its title where the page counts nothing else. */
const unread = document.querySelector("[data-unread]");
const icon = document.querySelector("link[rel=icon]");
const plain = icon?.href;
const SIZE = 64;

if (unread && icon) {
  new MutationObserver(draw).observe(unread, { childList: true, characterData: true, subtree: true });
  draw();
}

async function draw() {
  const count = unread.textContent.trim();
  if (!document.querySelector("#rows")) document.title = document.title.replace(/^(\(\d+\+?\) )?/, count ? `(${count}) ` : "");
  navigator.setAppBadge?.(Number.parseInt(count, 10) || 0).catch(() => {});
  icon.href = count ? await counted(count) : plain;
}

async function counted(count) {
  const picture = new Image(SIZE, SIZE);
  picture.src = plain;
  await picture.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: SIZE, height: SIZE });
  const pen = canvas.getContext("2d");
  pen.drawImage(picture, 0, 0, SIZE, SIZE);
  pen.fillStyle = "#b3261e";
  pen.beginPath();
  pen.arc(44, 20, 20, 0, 2 * Math.PI);
  pen.fill();
  pen.fillStyle = "#ffffff";
  pen.font = `bold ${count.length > 2 ? 18 : 28}px system-ui, sans-serif`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(count.length > 2 ? "99+" : count, 44, 21);
  return canvas.toDataURL();
}
