// Asks this browser for a push subscription when its form is sent, and sends the form with it.

addEventListener("submit", async (event) => {
  const form = event.target;
  const field = form.querySelector('input[name="subscription"]');
  if (!field || field.value) return;
  event.preventDefault();
  event.stopImmediatePropagation(); // htmx would send it empty
  try {
    field.value = JSON.stringify(await subscribe(form.querySelector('input[name="key"]').value));
    form.requestSubmit();
  } catch (error) {
    refuse(form, error.message);
  }
}, true);

async function subscribe(key) {
  if (!("serviceWorker" in navigator) || !("PushManager" in window)) {
    throw new Error(isSecureContext
      ? "This browser can’t. On an iPhone, first add the desk to the home screen."
      : "Notifications need the desk’s https address.");
  }
  if ((await Notification.requestPermission()) !== "granted") {
    throw new Error("Notifications are blocked for the desk: allow them in the browser’s settings.");
  }
  const worker = await navigator.serviceWorker.register("/oncall/push-worker.js", { scope: "/oncall/" });
  await active(worker);
  try {
    return await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
  } catch (error) {
    throw new Error(`This browser’s push service did not answer (${error.message}).`);
  }
}

function active(worker) {
  if (worker.active) return Promise.resolve();
  const starting = worker.installing ?? worker.waiting;
  return new Promise((resolve) => {
    starting.addEventListener("statechange", () => starting.state === "activated" && resolve());
  });
}

function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function refuse(form, sentence) {
  const line = document.createElement("p");
  line.textContent = sentence;
  form.querySelector(".refusal").replaceChildren(line);
}
