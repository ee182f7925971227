// The camera of a page: page after page, without leaving it.
import { Watch } from './advice.js';
import { filled, part } from './rows.js';

/** How often the live picture is looked at, in milliseconds. */
const LOOK = 300;
/** A sentence stays for so long at least, in milliseconds. */
const STAY = 1200;
/** How well shots are kept as JPEG. */
const QUALITY = 0.92;
/** Centres of the marks of an A5 sheet lie so far apart, in millimetres. */
const SHEET = { width: 130, height: 192 };
/** The share of the picture that the frame fills, and the length of its corners and marks as a share of its width. */
const GUIDE = { share: 0.84, corner: 0.14, mark: 0.06 };
/** More than any phone has: the camera then gives the most it can. */
const MOST = { width: { ideal: 4096 }, height: { ideal: 3072 } };

/** @typedef {MediaTrackCapabilities & { torch?: boolean }} Able */

export class Camera {
  /**
   * @param {HTMLDialogElement} dialog the part of the page from parts/camera.html
   * @param {(picture: Blob) => void} took
   */
  constructor(dialog, took) {
    this.dialog = dialog;
    this.took = took;
    this.taken = 0;
    this.video = /** @type {HTMLVideoElement} */ (part(dialog, 'video'));
    this.stage = part(dialog, '[data-stage]');
    this.torch = part(dialog, '[data-torch]');
    this.shutter = part(dialog, '[data-shoot]');
    /** @type {MediaStream | undefined} */
    this.stream = undefined;
    this.said = { words: '', at: 0 };
    this.shutter.addEventListener('click', () => this.shoot());
    this.torch.addEventListener('click', () => this.turnTorch());
    part(dialog, '[data-close]').addEventListener('click', () => dialog.close());
    dialog.addEventListener('close', () => this.stop());
    this.video.addEventListener('resize', () => this.drawGuide());
    document.addEventListener('visibilitychange', () => (document.hidden ? this.stop() : this.start()));
  }

  /** Does this browser have a camera that pages may ask for? */
  static async isThere() {
    const devices = (await navigator.mediaDevices?.enumerateDevices().catch(() => [])) ?? [];
    return 'getUserMedia' in (navigator.mediaDevices ?? {}) && devices.some((device) => device.kind === 'videoinput');
  }

  open() {
    this.dialog.showModal();
    this.shutter.focus();
    this.count();
    this.start();
  }

  /** The camera runs only while its picture is seen. */
  async start() {
    if (!this.dialog.open || this.stream !== undefined || document.hidden) return;
    this.shutter.setAttribute('aria-disabled', 'true');
    this.say('starting');
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment', ...MOST }, audio: false });
      this.stream = stream;
      if (!this.dialog.open || document.hidden) return this.stop();
      this.video.srcObject = stream;
      await this.video.play();
      this.shutter.setAttribute('aria-disabled', 'false');
      this.offerTorch(stream);
      this.watch(stream);
      this.say('guide');
    } catch (error) {
      console.info('no camera', error);
      if (this.dialog.open && !document.hidden) this.say('none');
    }
  }

  stop() {
    this.stream?.getTracks().forEach((track) => track.stop());
    this.stream = undefined;
    this.video.srcObject = null;
    this.torch.hidden = true;
    this.torch.setAttribute('aria-pressed', 'false');
  }

  /** @param {MediaStream} stream */
  watch(stream) {
    const watch = new Watch();
    const timer = setInterval(() => {
      if (this.stream !== stream) return clearInterval(timer);
      if (this.video.videoWidth === 0) return;
      const advice = watch.look(this.video);
      if (advice !== undefined && Date.now() - this.said.at > STAY) this.say(advice);
    }, LOOK);
  }

  /** One sentence at a time. @param {string} words by their name in the page */
  say(words) {
    if (words === this.said.words) return;
    this.said = { words, at: Date.now() };
    const line = part(this.dialog, '[data-advice]');
    line.replaceChildren(this.words(words));
    line.classList.toggle('calm', ['guide', 'starting'].includes(words));
  }

  /**
   * @param {string} name
   * @param {Record<string, number>} values
   */
  words(name, values = {}) {
    return filled(part(this.dialog, `[data-words="${name}"]`), values);
  }

  count() {
    if (this.taken > 0) part(this.dialog, '[data-count]').replaceChildren(this.words('count', { count: this.taken }));
  }

  /** What is seen is what is taken, at every pixel that the camera gives. */
  async shoot() {
    const { videoWidth: width, videoHeight: height } = this.video;
    if (this.stream === undefined || width === 0) return;
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    canvas.getContext('2d')?.drawImage(this.video, 0, 0);
    this.flash();
    /** @type {Blob | null} */
    const picture = await new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', QUALITY));
    canvas.width = 0; // some phones keep its memory otherwise
    if (picture === null) return this.say('none');
    this.taken += 1;
    this.count();
    this.took(picture);
  }

  flash() {
    this.stage.classList.remove('flash');
    void this.stage.offsetWidth; // begins the animation again
    this.stage.classList.add('flash');
  }

  /** @param {MediaStream} stream */
  offerTorch(stream) {
    const able = /** @type {Able | undefined} */ (stream.getVideoTracks()[0]?.getCapabilities?.());
    this.torch.hidden = able?.torch !== true;
  }

  async turnTorch() {
    const isOn = this.torch.getAttribute('aria-pressed') !== 'true';
    const torch = /** @type {MediaTrackConstraintSet} */ ({ torch: isOn });
    try {
      await this.stream?.getVideoTracks()[0]?.applyConstraints({ advanced: [torch] });
      this.torch.setAttribute('aria-pressed', String(isOn));
    } catch (error) {
      console.info('no torch', error);
      this.torch.hidden = true;
    }
  }

  /** Four corners with a square mark in each, as a sheet has them, in the middle of the picture. */
  drawGuide() {
    const { videoWidth, videoHeight } = this.video;
    const guide = part(this.dialog, '.camera-guide');
    guide.setAttribute('viewBox', `0 0 ${videoWidth} ${videoHeight}`);
    const scale = GUIDE.share * Math.min(videoWidth / SHEET.width, videoHeight / SHEET.height);
    const [width, height] = [SHEET.width * scale, SHEET.height * scale];
    const [left, top] = [(videoWidth - width) / 2, (videoHeight - height) / 2];
    const [length, mark] = [width * GUIDE.corner, width * GUIDE.mark];
    let [corners, marks] = ['', ''];
    for (const [x, y, right, down] of [
      [left, top, 1, 1],
      [left + width, top, -1, 1],
      [left, top + height, 1, -1],
      [left + width, top + height, -1, -1],
    ]) {
      corners += `M${x} ${y + down * length}V${y}H${x + right * length}`;
      marks += `M${x + right * mark * 0.7} ${y + down * mark * 0.7}h${right * mark}v${down * mark}h${-right * mark}z`;
    }
    const [corner, square] = guide.querySelectorAll('path');
    corner.setAttribute('d', corners);
    square.setAttribute('d', marks);
  }
}
