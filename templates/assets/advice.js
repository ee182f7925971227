// Advice before a photo is sent: what a look at the live picture tells, a few times a second, or one at a photo that was
// chosen. It never stands in the way; the server's verdict is what counts.

/** @typedef {'dark' | 'moving' | 'blur' | 'glare' | 'guide'} Advice */

/** Width and height of the whole picture as it is looked at, in pixels. */
const OVERVIEW = { width: 96, height: 128 };
/** Side of the piece out of the middle that is looked at for sharpness, in pixels. */
const DETAIL = 240;
/** Height of the whole picture at the scale of that piece: about 0.2 mm of a page to a pixel. */
export const DETAIL_HEIGHT = 1100;
/** Paper darker than this, out of 255, leaves too few shades for pencil; a little above the server's limit. */
const PAPER_MIN = 85;
/** From here on a pixel is as good as white. */
const WHITE = 250;
/** Paper that is darker than this is not white by itself: what is white on it shines. */
const PAPER_WHITE = 225;
/** The share of the picture that may shine. */
const SHINE_MAX = 0.006;
/** The mean difference of two looks from which on the picture moves. */
const MOVED = 9;
/** The difference of ink and paper below which there is nothing to judge sharpness by. */
const CONTRAST_MIN = 50;
/** How steep, as a share of that difference, the steepest edges of a sharp picture are at least. */
const SHARP = 0.15;

/**
 * What to say of two looks at the picture, one after the other.
 * @param {Uint8Array} overview brightness, row by row
 * @param {Uint8Array | undefined} before the look before
 * @param {Uint8Array} detail the piece out of the middle
 * @returns {Advice}
 */
export function judge(overview, before, detail) {
  const sorted = overview.slice().sort();
  const paper = sorted[Math.floor(sorted.length * 0.7)];
  if (paper < PAPER_MIN) return 'dark';
  if (before !== undefined && difference(overview, before) > MOVED) return 'moving';
  if (isBlurred(detail)) return 'blur';
  const shining = overview.reduce((count, value) => count + Number(value >= WHITE), 0) / overview.length;
  return paper < PAPER_WHITE && shining > SHINE_MAX ? 'glare' : 'guide';
}

/**
 * @param {Uint8Array} one
 * @param {Uint8Array} other
 */
function difference(one, other) {
  return one.reduce((sum, value, index) => sum + Math.abs(value - other[index]), 0) / one.length;
}

/** Are the steepest edges shallow, as far as there are any? @param {Uint8Array} detail */
function isBlurred(detail) {
  const sorted = detail.slice().sort();
  const contrast = sorted[Math.floor(sorted.length * 0.95)] - sorted[Math.floor(sorted.length * 0.01)];
  if (contrast < CONTRAST_MIN) return false;
  const edges = new Uint16Array(DETAIL * DETAIL);
  for (let at = DETAIL; at < detail.length - DETAIL; at += 1) {
    const around = detail[at - 1] + detail[at + 1] + detail[at - DETAIL] + detail[at + DETAIL];
    if (at % DETAIL !== 0 && (at + 1) % DETAIL !== 0) edges[at] = Math.abs(4 * detail[at] - around);
  }
  return edges.sort()[Math.floor(edges.length * 0.998)] < contrast * SHARP;
}

/** Looks at pictures. */
class Eye {
  constructor() {
    this.overview = contextOf(OVERVIEW.width, OVERVIEW.height);
    this.detail = contextOf(DETAIL, DETAIL);
  }

  /**
   * The whole and the piece out of the middle.
   * @param {CanvasImageSource} picture
   * @param {number} width
   * @param {number} height
   */
  see(picture, width, height) {
    const side = (DETAIL * height) / DETAIL_HEIGHT;
    this.overview.drawImage(picture, 0, 0, OVERVIEW.width, OVERVIEW.height);
    this.detail.drawImage(picture, (width - side) / 2, (height - side) / 2, side, side, 0, 0, DETAIL, DETAIL);
    return { overview: brightness(this.overview), detail: brightness(this.detail) };
  }
}

/**
 * What to say of a photo; it is enough if it is [`DETAIL_HEIGHT`] high.
 * @param {ImageBitmap} photo
 * @returns {Advice}
 */
export function judgePhoto(photo) {
  const { overview, detail } = new Eye().see(photo, photo.width, photo.height);
  return judge(overview, undefined, detail);
}

/** Looks at a live picture again and again. */
export class Watch {
  constructor() {
    this.eye = new Eye();
    /** @type {Uint8Array | undefined} */
    this.before = undefined;
    /** @type {Advice} */
    this.last = 'guide';
  }

  /**
   * What to say; what was seen only once is not said yet.
   * @param {HTMLVideoElement} video
   * @returns {Advice | undefined}
   */
  look(video) {
    const { overview, detail } = this.eye.see(video, video.videoWidth, video.videoHeight);
    const advice = judge(overview, this.before, detail);
    const isSure = advice === this.last;
    this.before = overview;
    this.last = advice;
    return isSure ? advice : undefined;
  }
}

/**
 * @param {number} width
 * @param {number} height
 */
function contextOf(width, height) {
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('there is no canvas');
  context.imageSmoothingQuality = 'high';
  return context;
}

/** Brightness by the weights of ITU-R BT.601. @param {CanvasRenderingContext2D} context */
function brightness(context) {
  const { data } = context.getImageData(0, 0, context.canvas.width, context.canvas.height);
  const values = new Uint8Array(data.length / 4);
  for (let at = 0; at < values.length; at += 1) {
    values[at] = 0.299 * data[4 * at] + 0.587 * data[4 * at + 1] + 0.114 * data[4 * at + 2];
  }
  return values;
}
