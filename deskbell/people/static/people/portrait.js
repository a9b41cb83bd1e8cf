/* Cutting one's picture before it is sent: pulled, by the arrow keys, larger. What is sent is the square that is
   seen. Without this the desk takes the middle of the picture. */
const form = document.querySelector("#choosing");
const field = form.elements.picture;
const cut = form.querySelector(".cut");
const canvas = cut.querySelector("canvas");
const larger = form.querySelector("#larger");
const refusal = form.querySelector(".refusal");
const STEP = 8; // pixels of the canvas that an arrow key moves it
const ARROWS = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };
let picture; // as the browser has read it, upright
let x = 0, y = 0; // where its middle is, from the canvas's

field.addEventListener("change", () => take(field.files));
addEventListener("paste", ({ clipboardData }) => take(clipboardData.files));
form.addEventListener("dragover", (event) => {
  if (!event.dataTransfer.types.includes("Files")) return;
  event.preventDefault();
  form.classList.add("may-drop");
});
form.addEventListener("dragleave", (event) => form.contains(event.relatedTarget) || form.classList.remove("may-drop"));
form.addEventListener("drop", (event) => {
  event.preventDefault();
  form.classList.remove("may-drop");
  take(event.dataTransfer.files);
});

async function take(files) {
  const file = [...files].find((each) => each.type.startsWith("image/"));
  if (!file) return;
  field.files = listOf(file);
  refusal.replaceChildren();
  picture = await createImageBitmap(file).catch(() => null); // what this browser can't read, the desk may
  cut.hidden = !picture;
  [x, y, larger.value] = [0, 0, 100];
  draw();
}

larger.addEventListener("input", draw);
canvas.addEventListener("keydown", (event) => {
  const [right, down] = ARROWS[event.key] ?? [];
  if (right === undefined) return;
  event.preventDefault();
  move(right, down);
});
canvas.addEventListener("pointerdown", (event) => canvas.setPointerCapture(event.pointerId));
canvas.addEventListener("pointermove", (event) => {
  if (!canvas.hasPointerCapture(event.pointerId)) return;
  const pixels = canvas.width / canvas.clientWidth;
  move(event.movementX * pixels, event.movementY * pixels);
});

function move(right, down) {
  x += right;
  y += down;
  draw();
}

/* The picture fills the square, however it is moved. */
function draw() {
  if (!picture) return;
  const side = canvas.width;
  const scale = (side / Math.min(picture.width, picture.height)) * (larger.value / 100);
  const width = picture.width * scale, height = picture.height * scale;
  x = within(x, (width - side) / 2);
  y = within(y, (height - side) / 2);
  const pen = canvas.getContext("2d");
  pen.fillStyle = "white";
  pen.fillRect(0, 0, side, side);
  pen.drawImage(picture, (side - width) / 2 + x, (side - height) / 2 + y, width, height);
}

const within = (value, most) => Math.max(-most, Math.min(most, value));

function listOf(file) {
  const list = new DataTransfer();
  list.items.add(file);
  return list.files;
}

/* The square goes in the picture's place; then the form is sent as it is. */
let ready = false;
form.addEventListener("submit", (event) => {
  if (!picture || ready) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  canvas.toBlob((square) => {
    field.files = listOf(new File([square], "picture.jpg", { type: square.type }));
    ready = true;
    form.requestSubmit();
    ready = false;
  }, "image/jpeg", 0.92);
}, { capture: true });
