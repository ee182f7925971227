#!/usr/bin/env python3
"""Reads the pictures of `truth.json` in a folder with zxing-cpp and OpenCV, and sets all readers side by side.

Prints a table in Markdown, by severity and reader, then the photos where ours falls short, and draws
`report.png` beside the pictures; then a table of new handwriting, which is ours alone. Every reader is judged
by the same rules:

- code found: of the codes that lie open in sheets meant to be in the picture; misread: any text that is on
  none of the sheets in view.
- marks: of the four corner marks of those sheets. Ours are told only for sheets that were located.
- located: the worst corner of the design is at most 1 mm from where it is. Errors in mm are those of every
  sheet that was found at all; a millimetre is the mean one of that sheet in the picture.
- all over: the same for the worst of 121 places from edge to edge of the design, as the flattened picture takes
  them; another reader's sheet is flat between its corners.
- new handwriting: pairs of photos with a strip that is not new, where nothing and where something was written,
  of those that could be compared; rows missed, of all new ones there.

OpenCV is helped where it lacks a rule: of two marks with one number that nearest to the truth is taken, and
of a contour's four ways round the best one. The contour is that of the paper, which is not the design's
frame where a sheet was printed smaller.
"""

import itertools
import json
import math
import multiprocessing
import pathlib
import statistics
import sys

import cv2
import numpy
import PIL.Image
import PIL.ImageDraw
import PIL.ImageOps
import zxingcpp

SEVERITIES = ["gentle", "ordinary", "harsh", "extreme"]
LIMIT = 1.0  # mm, of the worst corner
FARTHEST = 30.0  # mm; what is farther off is another sheet, or none
MARK_SIDE, MARK_INSET = 8.0, 9.0  # mm, as src/sheet/design.rs
CONTOUR_SIDE = 1000  # pixels; documents are looked for in a small picture
CONTOUR_AREA = 0.08  # share of the picture that a page covers at least
READERS = ["ours", "zxing-cpp", "OpenCV ArUco", "OpenCV contour"]
CODE_READERS, MARK_READERS = READERS[:2], ["ours", "OpenCV ArUco"]
COLOURS = {"ours": "#0b6e4f", "zxing-cpp": "#d1495b", "OpenCV ArUco": "#30638e", "OpenCV contour": "#edae49"}

_dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_250)
_parameters = cv2.aruco.DetectorParameters()
_parameters.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
_detector = cv2.aruco.ArucoDetector(_dictionary, _parameters)


# ---- readers: each returns codes, and sheets with corners and marks, one for each sheet in the truth ----


def read_all(job):
    """What the others read in one photo, by reader."""
    folder, photo = job
    cv2.setNumThreads(1)
    with PIL.Image.open(folder / photo["file"]) as stored:
        picture = numpy.asarray(PIL.ImageOps.exif_transpose(stored).convert("L"))
    codes = [code.text for code in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)]
    return {
        "zxing-cpp": {"codes": codes},
        "OpenCV ArUco": {"sheets": by_marks(picture, photo["sheets"])},
        "OpenCV contour": {"sheets": by_contour(picture, photo["sheets"])},
    }


def by_marks(picture, sheets):
    """Sheets from three or four marks each, by a homography through their corners."""
    corners, ids, _ = _detector.detectMarkers(picture)
    found = [] if ids is None else list(zip(ids.flatten().tolist(), (quad.reshape(4, 2) for quad in corners)))
    return [sheet_by_marks(found, sheet) for sheet in sheets]


def sheet_by_marks(found, sheet):
    size = sheet["width"], sheet["height"]
    half = MARK_SIDE / 2
    on_sheet, in_picture, marks = [], [], 0
    for corner, (x, y) in enumerate(mark_centres(*size)):
        rivals = [quad for number, quad in found if number == 4 * sheet["label"] + corner]
        if not rivals:
            continue
        truth = numpy.array(sheet["corners"][corner])
        quad = min(rivals, key=lambda quad: numpy.linalg.norm(quad.mean(axis=0) - truth))
        marks += 1
        on_sheet += [(x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half)]
        in_picture += quad.tolist()
    if marks < 3:
        return {"marks": marks, "corners": None}
    # OpenCV counts pixels from the middle of the first one.
    homography, _ = cv2.findHomography(numpy.array(on_sheet), numpy.array(in_picture) + 0.5)
    if homography is None:
        return {"marks": marks, "corners": None}
    page = numpy.array([[(0, 0), (size[0], 0), size, (0, size[1])]], dtype=float)
    return {"marks": marks, "corners": cv2.perspectiveTransform(page, homography)[0].tolist()}


def mark_centres(width, height):
    right, bottom = width - MARK_INSET, height - MARK_INSET
    return [(MARK_INSET, MARK_INSET), (right, MARK_INSET), (right, bottom), (MARK_INSET, bottom)]


def by_contour(picture, sheets):
    """Pages as scanner programs find them: large contours with four corners, by edges and by brightness."""
    scale = CONTOUR_SIDE / max(picture.shape)
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else picture
    scale = small.shape[1] / picture.shape[1]
    smooth = cv2.GaussianBlur(small, (5, 5), 0)
    _, bright = cv2.threshold(smooth, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    edges = cv2.dilate(cv2.Canny(smooth, 40, 120), numpy.ones((3, 3), numpy.uint8))
    quads = []
    for mask in (edges, bright):
        contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
        for contour in contours:
            quad = cv2.approxPolyDP(contour, 0.02 * cv2.arcLength(contour, True), True).reshape(-1, 2)
            large = cv2.contourArea(contour) > CONTOUR_AREA * small.size
            if large and len(quad) == 4 and cv2.isContourConvex(quad.reshape(-1, 1, 2)):
                quads.append(refined(smooth, quad) / scale)
    return [{"marks": 0, "corners": nearest(quads, sheet)} for sheet in sheets]


def refined(picture, quad):
    criteria = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 30, 0.01)
    points = quad.astype(numpy.float32).reshape(-1, 1, 2)
    return cv2.cornerSubPix(picture, points, (4, 4), (-1, -1), criteria).reshape(4, 2) + 0.5


def nearest(quads, sheet):
    """The largest outline, if it may be this sheet; where several lie, the one that lies about there."""
    ways = [numpy.roll(way, turn, axis=0) for quad in quads for way in (quad, quad[::-1]) for turn in range(4)]
    if not ways:
        return None
    return min(ways, key=lambda way: worst_error(way.tolist(), sheet)).tolist()


# ---- judging ----


def worst_error(corners, sheet):
    """Distance of the worst corner in millimetres."""
    return max(math.dist(a, b) for a, b in zip(corners, sheet["corners"])) / density(sheet)


def density(sheet):
    """Mean number of pixels that a millimetre of the sheet takes."""
    truth = sheet["corners"]
    around = sum(math.dist(truth[k], truth[(k + 1) % 4]) for k in range(4))
    return around / (2 * (sheet["width"] + sheet["height"]))


def worst_place(read, sheet):
    """Distance of the worst place all over the sheet in millimetres."""
    if "lattice" in read:
        seen = read["lattice"]
    else:
        side = math.isqrt(len(sheet["lattice"]))
        square = numpy.array([(0, 0), (1, 0), (1, 1), (0, 1)], numpy.float32)
        to_picture = cv2.getPerspectiveTransform(square, numpy.array(read["corners"], numpy.float32))
        places = [(k % side / (side - 1), k // side / (side - 1)) for k in range(side * side)]
        seen = cv2.perspectiveTransform(numpy.array([places], numpy.float64), to_picture)[0].tolist()
    return max(math.dist(a, b) for a, b in zip(seen, sheet["lattice"])) / density(sheet)


def ours(photo):
    """Our reading in the form of the others: for each true sheet, what was located there."""
    sheets = []
    for sheet in photo["sheets"]:
        own = [read for read in photo["ours"]["sheets"] if read["label"] == sheet["label"]]
        best = min(own, key=lambda read: worst_error(read["corners"], sheet), default=None)
        sheets.append(best or {"marks": 0, "corners": None})
    return {"codes": photo["ours"]["codes"], "sheets": sheets}


class Tally:
    """What one reader did with the photos of one severity."""

    def __init__(self):
        self.codes = self.codes_found = self.misread = self.marks = self.marks_found = self.sheets = 0
        self.errors, self.all_over = [], []

    def add(self, photo, reading):
        texts = set(reading.get("codes", []))
        self.misread += len(texts - {sheet["code"] for sheet in photo["sheets"]})
        located = reading.get("sheets") or [{"marks": 0, "corners": None}] * len(photo["sheets"])
        for sheet, read in zip(photo["sheets"], located):
            if not sheet["is_framed"]:
                continue
            self.sheets += 1
            self.marks += 4
            self.marks_found += read["marks"]
            if not sheet["is_code_covered"]:
                self.codes += 1
                self.codes_found += sheet["code"] in texts
            error = worst_error(read["corners"], sheet) if read["corners"] else math.inf
            if error <= FARTHEST:
                self.errors.append(error)
                self.all_over.append(worst_place(read, sheet))

    @property
    def located(self):
        return sum(error <= LIMIT for error in self.errors) / max(self.sheets, 1)


def percent(part, whole):
    return f"{100 * part / whole:.1f} %" if whole else "–"


COLUMNS = [
    "severity", "reader", "sheets", "code found", "misread", "marks", "sheet found", "located ≤ 1 mm",
    "median mm", "95 % mm", "worst mm",
    "all over ≤ 1 mm", "median all over", "filed", "misfiled", "waiting",
]


def row(severity, reader, tally, photos):
    errors = sorted(tally.errors)
    cells = [severity, reader, str(tally.sheets)]
    if reader in CODE_READERS:
        cells += [percent(tally.codes_found, tally.codes), str(tally.misread)]
    else:
        cells += ["", ""]
    cells.append(percent(tally.marks_found, tally.marks) if reader in MARK_READERS else "")
    if reader == "zxing-cpp":
        cells += [""] * 7
    else:
        figures = [statistics.median(errors), errors[math.ceil(0.95 * len(errors)) - 1], errors[-1]] if errors else []
        cells += [percent(len(errors), tally.sheets), f"{100 * tally.located:.1f} %"]
        cells += [f"{figure:.2f}" for figure in figures] or ["–"] * 3
        cells.append(percent(sum(place <= LIMIT for place in tally.all_over), tally.sheets))
        cells.append(f"{statistics.median(tally.all_over):.2f}" if tally.all_over else "–")
    if reader == "ours":
        cells += [str(sum(photo["ours"][key] for photo in photos)) for key in ("filed", "misfiled", "waiting")]
    else:
        cells += [""] * 3
    return cells


INK_COLUMNS = [
    "severity", "nothing new", "with a strip", "not compared", "something new", "with a wrong strip", "not compared",
    "new rows", "missed",
]


def ink_row(severity, pairs):
    """What was seen of new ink: in pairs between which nothing was written, and in those where something was."""
    cells = [severity]
    for of in ([pair for pair in pairs if not pair["new"]], [pair for pair in pairs if pair["new"]]):
        judged = [pair for pair in of if pair["strips"] is not None]
        false = sum(1 for pair in judged if set(pair["strips"]) - set(pair["new"]))
        cells += [str(len(of)), f"{false} ({percent(false, len(judged))})", percent(len(of) - len(judged), len(of))]
    new = sum(len(pair["new"]) for pair in judged)
    missed = sum(len(set(pair["new"]) - set(pair["strips"])) for pair in judged)
    return cells + [str(new), f"{missed} ({percent(missed, new)})"]


def print_table(columns, rows):
    widths = [max(len(line[k]) for line in [columns] + rows) for k in range(len(columns))]
    for index, line in enumerate([columns] + rows):
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths)) + " |")
        if index == 0:
            print("|" + "|".join("-" * (width + 2) for width in widths) + "|")


def print_ink_failures(pairs):
    for pair in pairs:
        if pair["strips"] is None:
            continue
        said = [f"{row} is not new" for row in sorted(set(pair["strips"]) - set(pair["new"]))]
        said += [f"{row} missed" for row in sorted(set(pair["new"]) - set(pair["strips"]))]
        if said:
            print(f"- {pair['severity']} {pair['seed']} {pair['after']} {pair['design']}: {'; '.join(said)}")


def print_failures(photos, readings):
    """Photos where ours did not find what it should, or another reader did better."""
    print("\nWhere ours falls short (seed, what lies there, sheet: error in mm; code):")
    for photo, reading in zip(photos, readings):
        for index, sheet in enumerate(photo["sheets"]):
            if not sheet["is_framed"]:
                continue
            said = []
            errors = {}
            for reader in ("ours", "OpenCV ArUco", "OpenCV contour"):
                corners = reading[reader]["sheets"][index]["corners"]
                errors[reader] = worst_error(corners, sheet) if corners else math.inf
            if errors["ours"] > LIMIT:
                marks = reading["ours"]["sheets"][index]["marks"], reading["OpenCV ArUco"]["sheets"][index]["marks"]
                said.append(" ".join(f"{reader} {error:.2f}" for reader, error in errors.items()))
                said.append(f"marks {marks[0]}, ArUco {marks[1]}")
            missed = not sheet["is_code_covered"] and sheet["code"] not in reading["ours"]["codes"]
            if missed:
                other = sheet["code"] in reading["zxing-cpp"]["codes"]
                said.append("code missed" + (", zxing-cpp read it" if other else ""))
            if said:
                print(f"- {photo['severity']} {photo['seed']} {photo['arrangement']} sheet {index}: {'; '.join(said)}")
        if photo["ours"]["misfiled"]:
            print(f"- {photo['severity']} {photo['seed']}: FILED WRONGLY")


# ---- the plot ----


def draw(tallies, file):
    """Two panels of bars by severity: codes found, and sheets located to a millimetre."""
    width, height, room = 1180, 460, 60
    image = PIL.Image.new("RGB", (width, height), "white")
    pen = PIL.ImageDraw.Draw(image)
    found = lambda tally: tally.codes_found / max(tally.codes, 1)
    panels = [
        ("codes found", CODE_READERS, found),
        ("sheets located, worst corner at most 1 mm", ["ours", "OpenCV ArUco", "OpenCV contour"], lambda t: t.located),
    ]
    for panel, (title, readers, share) in enumerate(panels):
        left = room + panel * width // 2
        bottom, full, across = height - 90, height - 160, width // 2 - 2 * room
        pen.text((left, 24), title, fill="black", font_size=16)
        for step in range(0, 101, 25):
            y = bottom - full * step / 100
            pen.line([(left, y), (left + across, y)], fill="#dddddd")
            pen.text((left - 42, y - 8), f"{step} %", fill="#555555", font_size=12)
        severities = [severity for severity in SEVERITIES if (severity, "ours") in tallies]
        group = across / max(len(severities), 1)
        for (place, severity), (bar, reader) in itertools.product(enumerate(severities), enumerate(readers)):
            value = share(tallies[severity, reader])
            x, wide = left + group * place + 14 + bar * 30, 26
            pen.rectangle([x, bottom - full * value, x + wide, bottom], fill=COLOURS[reader])
            pen.text((x - 1, bottom - full * value - 15), f"{100 * value:.0f}", fill="black", font_size=11)
        for place, severity in enumerate(severities):
            pen.text((left + group * place + 14, bottom + 6), severity, fill="black", font_size=13)
        for bar, reader in enumerate(readers):
            pen.rectangle([left + bar * 150, height - 42, left + bar * 150 + 12, height - 30], fill=COLOURS[reader])
            pen.text((left + bar * 150 + 18, height - 44), reader, fill="black", font_size=13)
    image.save(file)


def main():
    folder = pathlib.Path(sys.argv[1])
    report = json.loads((folder / "truth.json").read_text())
    photos, pairs = report["photos"], report["pairs"]
    with multiprocessing.Pool(2) as pool:
        readings = pool.map(read_all, [(folder, photo) for photo in photos], chunksize=1)
    tallies, rows = {}, []
    for photo, reading in zip(photos, readings):
        reading["ours"] = ours(photo)
        for reader in READERS:
            tallies.setdefault((photo["severity"], reader), Tally()).add(photo, reading[reader])
    for severity, reader in itertools.product(SEVERITIES, READERS):
        if (severity, reader) in tallies:
            of = [photo for photo in photos if photo["severity"] == severity]
            rows.append(row(severity, reader, tallies[severity, reader], of))
    if rows:
        print_table(COLUMNS, rows)
        print_failures(photos, readings)
        draw(tallies, folder / "report.png")
    print("\nNew handwriting: pairs of photos between which nothing, and something, was written")
    by_severity = [(severity, [pair for pair in pairs if pair["severity"] == severity]) for severity in SEVERITIES]
    print_table(INK_COLUMNS, [ink_row(severity, of) for severity, of in by_severity if of])
    print_ink_failures(pairs)
    print(f"\nPictures, truth.json and report.png are in {folder}")


if __name__ == "__main__":
    main()
