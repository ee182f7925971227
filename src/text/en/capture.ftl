# Photographing pages, the pile of photos, the one tap, a photo in large.
capture-upload = Photograph pages
capture-upload-about = Lay the page flat and take in all four corner marks. You can send several photos at once.
capture-upload-camera = Take a photo
capture-upload-choose = Choose photos
capture-upload-scan = Choose a scanned PDF
capture-upload-scan-about = Up to 20 pages. Each page goes to its own notebook.
capture-upload-send = Send
capture-upload-where = Pages of different notebooks may be mixed. Each goes to its own notebook by its code.
capture-upload-readers = At first only the care team sees them. Press “Send to the family too” and the family sees them as well.
capture-upload-none = Please choose a photo.
capture-upload-empty = The photo was empty. Please take it again.
capture-upload-large = Photos of more than 25 MB cannot be taken. Please make it smaller.
capture-upload-format = This does not seem to be a photo. Please choose a JPEG, PNG or WebP picture, or a scanned PDF.
capture-upload-tips = How to take a good photo
capture-upload-tip-light = In good light, without your shadow on it.
capture-upload-tip-flat = The page flat; a booklet well opened.
capture-upload-tip-above = From above, with all four corner marks.
capture-upload-tip-bookmark = No marks on the page? Lay the photo bookmark beside it.

capture-pile = Photos sent
capture-pile-count = { $count ->
    [one] { $count } photo sent
   *[other] { $count } photos sent
}
capture-pile-reading = They are being read. You may close this page.
capture-pile-again = Look again
capture-pile-more = Take more
capture-pile-waiting = { $count ->
    [one] { $count } photo needs you to say which notebook
   *[other] { $count } photos need you to say which notebook
}
capture-pile-done = All photos are in their notebooks
capture-pile-empty = You have not sent any photos yet.
capture-state-reading = Being read
capture-state-filed = Filed in the { $symbol } notebook
capture-state-waiting = Please say which notebook
capture-state-held = Kept for you
capture-state-held-about = The notebook of this page is not open to you at present. Scan the code on its cover and join, and the photo will be filed. We keep it for 90 days.
capture-state-unreadable = Could not be read
capture-state-unreadable-about = We keep the photo for 30 days. Please take it again with the advice below.
capture-state-photo = Photo { $number }
capture-advice-blur = It is blurred. Please wait until the picture is sharp.
capture-advice-dark = It is too dark. Please go where there is more light.
capture-advice-glare = There is glare. Please change the direction of the light.
capture-advice-cut = The edge of the page is cut off. Please take in all four corner marks.
capture-advice-far = It is too small. Please come a little closer.
capture-advice-foreign = There is another square code. No code of a notebook was found.
capture-advice-broken = The picture seems to be damaged. Please take it again.
capture-advice-heic = This kind of photo (HEIC or AVIF) cannot be read yet. Press “Take a photo” and it is sent in the right kind. On an iPhone you can also choose Settings → Camera → Formats → Most Compatible.
capture-advice-kind = This is a rare kind of picture that cannot be read. Please save it as an ordinary JPEG, or photograph the page again.
capture-advice-pixels = The picture has too many pixels. Please take it again with at most 50 megapixels.
capture-advice-pages = The PDF has too many pages. Please send it in parts of at most 20 pages.
capture-advice-locked = The PDF is locked with a password. Please send it without one, or photograph the page.
capture-advice-pdf = No page could be read from the PDF. Please scan it again, or photograph the page.
capture-open = Open
capture-answer = Say which notebook
capture-audience = Send to the family too
capture-audience-about = Take the mark off photos you do not want to send. Only the care team will see those.
capture-audience-send = Send to the family too
capture-audience-sent = Sent to the family too

capture-confirm-which = Which notebook is it?
capture-confirm-this = Is it this notebook?
capture-confirm-marks = The square code did not tell which notebook this page belongs to.
capture-confirm-two = There are { $count } notebooks in this home.
capture-confirm-conflict = The code of another notebook is in the photo too.
capture-confirm-unbound = This sheet is new. Please say whose it is.
capture-confirm-waiting = { $count } waiting
capture-confirm-note = The photo goes into the notebook you press. You can undo it later.
capture-confirm-neither = Neither of them
capture-confirm-other = Not this notebook
capture-confirm-later = Decide later
capture-confirm-photo = The photographed page
capture-filed = Filed in the { $symbol } notebook.
capture-undo = Undo

capture-photo = Photographed page
capture-photo-of = { $sheet }, sheet { $number }
capture-photo-photographed = Photographed
capture-photo-written = Written
capture-photo-written-unknown = Not known yet
capture-photo-by = Photographed by
capture-photo-readers = Read by
capture-photo-full = See it in full size
capture-photo-tell = Say when it was written
capture-photo-date-save = Save
capture-photo-family-off = Show to the care team only
capture-photo-family-on = Show to the family too
capture-photo-wrong = It belongs to someone else
capture-photo-wrong-about = It is taken out of this notebook, and we ask again whose page it is.
capture-photo-earlier = Earlier photos

capture-advice-covered = Some corner marks are covered. Please take all four in.
capture-advice-code = The page’s square code could not be read. Please avoid shadow and glare.
capture-upload-key = The Idempotency-Key must be a UUIDv7.
capture-photo-date-wrong = The day of writing must not be after the day of the photo.
capture-photo-earlier-one = Photographed on { $date }
capture-photo-private = This sheet is one that is not sent to the whole family.
capture-release = Was it somebody else's sheet?
capture-release-about = The sheet leaves this notebook. Its photos go back to whoever took them, who are asked again whose it is. This cannot be undone from here.
capture-release-reason = Why it leaves
capture-release-other-person = It is somebody else's sheet
capture-release-photographed-by-mistake = It was photographed by mistake
capture-release-other = Something else
capture-release-do = Take it out of this notebook
capture-old = This page is of a former booklet. If there is a new one, please write there.
capture-old-tag = Page of a former booklet
