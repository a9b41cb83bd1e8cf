/* A sign of life each minute while a page of the desk is open: whoever takes chats is given some only then.
   Pages that the browser holds back in the background still come by once a minute. */
const EVERY = 60_000;

async function here() {
  const { "X-CSRFToken": token } = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}");
  try {
    await fetch("/inbox/chats/presence", { method: "POST", headers: { "X-CSRFToken": token ?? "" } });
  } catch {
    // The network is away: the next one tells.
  }
}

here();
setInterval(here, EVERY);
