// How camera.js gets a camera: asks the browser for its stream, plays it, and gives it back.

const PROBLEMS = {
  NotAllowedError: "refused",
  SecurityError: "refused",
  NotFoundError: "missing",
  OverconstrainedError: "missing",
  NotReadableError: "busy",
  AbortError: "busy",
};

async function start(camera) {
  stop(camera);
  const media = navigator.mediaDevices;
  if (!media) return show(camera, window.isSecureContext ? "failed" : "insecure");
  const request = (camera.request = {});
  show(camera, "asking");
  try {
    const stream = await media.getUserMedia({ audio: false, video: wish(camera) });
    if (camera.request !== request) return end(stream);
    camera.stream = stream;
    await play(camera);
    if (camera.request !== request) return;
    show(camera, "live");
    if (camera.component.data.live) camera.timer = setInterval(() => take(camera), LIVE);
    else camera.part.take.focus({ preventScroll: true }); // what was pressed for it is hidden now
  } catch (error) {
    if (camera.request !== request) return;
    camera.device = ""; // another try is not bound to a camera that may be gone
    stop(camera);
    show(camera, PROBLEMS[error.name] ?? "failed");
    camera.part.on.focus({ preventScroll: true });
  }
}

function wish({ device, component }) {
  const height = { ideal: Math.max(480, component.data.side) };
  return device ? { deviceId: { exact: device }, height } : { facingMode: "user", height };
}

async function play(camera) {
  const { video } = camera.part;
  const [track] = camera.stream.getVideoTracks();
  track.onended = () => {
    stop(camera);
    show(camera, "ended");
  };
  // A camera that looks away from the person shows the world as it is.
  video.classList.toggle("mirrored", track.getSettings().facingMode !== "environment");
  video.srcObject = camera.stream;
  await video.play();
  await listCameras(camera);
}

function stop(camera) {
  release(camera);
  end(camera.stream);
  camera.stream = camera.request = camera.part.video.srcObject = null;
}

function end(stream) {
  stream?.getTracks().forEach((track) => {
    track.onended = null;
    track.stop();
  });
}

async function listCameras(camera) {
  const { which } = camera.part;
  const devices = await navigator.mediaDevices.enumerateDevices();
  if (!camera.stream) return; // names are known only while a camera is lent
  const found = devices.filter(({ kind }) => kind === "videoinput");
  const numbered = camera.component.data.words.numbered;
  which.replaceChildren(
    ...found.map(({ deviceId, label }, i) => new Option(label || numbered.replace("{number}", i + 1), deviceId)),
  );
  which.value = camera.stream.getVideoTracks()[0].getSettings().deviceId;
  which.classList.toggle("several", found.length > 1);
}

