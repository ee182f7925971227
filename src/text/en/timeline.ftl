# Reading a notebook: the family's view, the staff's view, the list of one's notebooks.
timeline-of = Notebook of { $name }
timeline-last-photographed = Last photographed on { $date } ({ $ago })
timeline-never-photographed = No page has been photographed yet
timeline-empty = Nothing has been written yet. Would you like to write the first line?
timeline-notices = From people who scanned the notebook
timeline-notices-about = Please telephone the desk for more. In a hurry, call 110.
timeline-older = Show older entries
timeline-entry-open = Details
timeline-photographed = Handwriting photographed on { $date }
timeline-written-unknown = (date of writing not confirmed)
timeline-written-on = (written on { $date })
timeline-photographed-by = Photographed by { $name }
timeline-strip-large = Enlarge
timeline-strip-same = Nothing new since it was photographed before.
timeline-tell-written-on = I know when this was written
timeline-write-to-all = A word to everyone
timeline-write-to-all-about = The person, the family and everyone who helps will read what you write.
timeline-write = Write a few words

timeline-instructions = Standing instructions
timeline-instructions-none = There are none at present.
timeline-instruction-by = { $author }, since { $from }
timeline-instruction-until = until { $date }
timeline-allergies = Allergies and what to avoid
timeline-allergies-unknown = Not asked yet. Please ask the person or the family.
timeline-allergies-confirmed = Confirmed on { $date } by { $author }
timeline-news-title = New since last time
timeline-news = { $count ->
    [one] { $count } new thing since last time
   *[other] { $count } new things since last time
}
timeline-news-since = since you looked on { $date }
timeline-news-none = There is nothing new since you last looked.
timeline-answered = Answered
timeline-news-more = { $count } more in the record below.
timeline-news-photo = See the photo
timeline-questions = { $count ->
    [one] { $count } question waiting for an answer
   *[other] { $count } questions waiting for an answer
}
timeline-answer = Answer
timeline-medicines = Medicines dispensed
timeline-medicines-none = No dispensed medicines have been recorded yet.
timeline-medicines-absent = “Not this time” does not always mean that a medicine was stopped.
timeline-medicine-confirmed = Confirmed
timeline-medicine-unconfirmed = Not confirmed
timeline-medicine-added = Added
timeline-medicine-changed = Changed
timeline-medicine-absent = Not this time
timeline-medicine-until = until { $date }
timeline-values = Last measured values
timeline-values-none = Nothing has been measured yet.
timeline-blood-pressure = Blood pressure
timeline-chart = Blood pressure, one month
timeline-chart-morning = morning
timeline-chart-evening = evening
timeline-chart-aim = Aim: { $aim }
timeline-chart-standard = Home reading limit 135/85
timeline-chart-table = Show as a table
timeline-chart-day = Day
timeline-supporters = Care team
timeline-supporters-more = { $count } more
timeline-call = Call
timeline-call-name = Call { $name }
timeline-records = The record so far
timeline-limited = For now you can read the summary and the last 14 days. Older entries open on { $date }.
timeline-action-write = Write an entry
timeline-kind-visit = Doctor
timeline-kind-nursing = Nursing
timeline-kind-medicine = Medicines
timeline-kind-day-service = Day service
timeline-kind-call = Call
timeline-kind-handwriting = Handwriting
timeline-kind-family = Family
timeline-kind-message = Message
timeline-kind-vitals = Vital signs
timeline-kind-instruction = Instruction

timeline-home = My notebooks
timeline-home-about = Choose the notebook you would like to read.
timeline-home-newest = Last written { $when }
timeline-home-news = { $count } new
timeline-home-news-many = { $count } or more new
timeline-home-photo = Photograph pages
timeline-home-photo-note = Pages of any notebook, as many as you like, all at once.
timeline-home-waiting = { $count ->
    [one] { $count } photo waits for you to say whose it is.
   *[other] { $count } photos wait for you to say whose they are.
}
timeline-home-waiting-until = The first of them is deleted after { $date }.
timeline-home-waiting-answer = Answer
timeline-home-none = There is no notebook you can read yet. Please scan the square code on a notebook with your phone.
timeline-days-ago = { $days ->
    [one] 1 day ago
   *[other] { $days } days ago
}
timeline-chart-summary = Blood pressure of a month, { $first } to { $last }. Upper { $upper }, lower { $lower }.
timeline-medicine-absent-note = Not on the latest slip

# The way back to paper.
timeline-paper = Put on paper
timeline-paper-about = Written on phones and not yet in the paper booklet. Printed and pasted in, it reaches those who read paper alone.
timeline-paper-none = Everything stands on paper.
timeline-paper-which = What goes on paper
timeline-paper-wanted = For paper too
timeline-paper-print = Print what is ticked (A5)
timeline-paper-copied = I copied it by hand
timeline-paper-note = Only what everyone may read is here.
timeline-paper-printed = Put on paper so far
timeline-paper-printed-row = { $when }: { $count }
timeline-paper-again = Open again
timeline-paper-empty = Nothing was written in that year.
timeline-paper-others = Other things to print
timeline-paper-others-about = Only what everyone who opens the booklet may read is printed.
timeline-paper-vitals = A page for the doctor
timeline-paper-vitals-about = Measured values as a chart and a table on one A4 page.
timeline-paper-vitals-days = How far back
timeline-paper-days = The last { $days } days
timeline-paper-vitals-print = Make the page for the doctor
timeline-paper-hand-out = For a stay in hospital or respite care
timeline-paper-hand-out-about = Instructions, allergies, medicines, contacts, and what was written in the last 7 days.
timeline-paper-hand-out-print = Make the hand-out
timeline-paper-booklet = The next booklet
timeline-paper-booklet-about = When the booklet is full: name, contacts, standing instructions and open questions are already printed in the new one. It makes a new volume, which cannot be undone.
timeline-paper-booklet-which = Which volume
timeline-paper-volume = Volume { $volume }
timeline-paper-booklet-print = Print the booklet
timeline-paper-emergency = Emergency sheet
timeline-paper-emergency-about = For an ambulance crew. Please keep it in one place at home.
timeline-paper-emergency-print = Print the sheet
timeline-paper-keepsake = Keepsake
timeline-paper-keepsake-about = The words of a year and the photographed pages in one booklet. This may take a while.
timeline-paper-keepsake-year = Which year
timeline-paper-year = { $year }
timeline-paper-keepsake-print = Make the keepsake
timeline-keepsake-about = The words that all of us wrote this year, as they were written.
timeline-keepsake-photographed = Photographed { $when } { $by }
timeline-report-morning = Morning
timeline-report-evening = Afternoon and evening
timeline-report-guide = Guide for home blood pressure (135/85)
timeline-report-measured = Measured
timeline-report-column-day = Day
timeline-report-column-morning = Morning BP (pulse)
timeline-report-column-evening = Evening BP (pulse)
timeline-report-column-temperature = Temp. ℃
timeline-report-column-oxygen = Oxygen %
timeline-report-column-weight = Weight kg
timeline-report-note = Several blood pressures of a half day are averaged (× how often). Of temperatures the highest, of oxygen the lowest is shown.
timeline-paper-to-others = Pages for the doctor, a stay, or the next booklet
timeline-keepsake-more = There are { $count } more photos, to be seen on the screen.
timeline-search = Search the entries
timeline-search-words = Words to look for
timeline-search-hint = Looks through entries, medicines, measured values, who wrote them, and handwriting that somebody has typed out. Several words with spaces between them must all be there.
timeline-search-do = Search
timeline-search-needed = Please write what to look for.
timeline-search-too-long = That is too long. Please try with fewer words, up to 100 characters.
timeline-search-found = { $count ->
    [one] 1 item found.
   *[other] { $count } items found.
}
timeline-search-nothing = Nothing was found.
timeline-search-nothing-advice = Please try a shorter word, or say it another way. Handwriting that nobody has typed out yet cannot be found by words.
timeline-search-since = This looked through the summary and the entries since { $date }. You cannot read older ones yet.
