/* Two soft tones: a chat is for you, or nobody takes one. A browser plays them once the page was touched. */
const TONES = [[659, 0], [880, 0.18]]; // hertz, seconds
let sound = null;

export async function ring() {
  try {
    sound ??= new AudioContext();
    if (sound.state === "suspended") await sound.resume();
    for (const [pitch, after] of TONES) play(pitch, sound.currentTime + after);
  } catch {
    // No sound here: the notice is seen all the same.
  }
}

function play(pitch, at) {
  const [tone, loudness] = [sound.createOscillator(), sound.createGain()];
  tone.frequency.value = pitch;
  loudness.gain.setValueAtTime(0.0001, at);
  loudness.gain.exponentialRampToValueAtTime(0.2, at + 0.02);
  loudness.gain.exponentialRampToValueAtTime(0.0001, at + 0.45);
  tone.connect(loudness).connect(sound.destination);
  tone.start(at);
  tone.stop(at + 0.5);
}
