# About a notebook: who can read it.
notebook-tabs = About the notebook
notebook-tab-people = Who can read
notebook-tab-diary = Who has read
notebook-people = Who can read this notebook
notebook-people-about = Nobody else can.
notebook-people-family = Family
notebook-people-family-none = Nobody at present.
notebook-people-supporters = Medical and care staff
notebook-people-supporters-none = Nobody at present.
notebook-people-desk = The desk
notebook-people-since = since { $date }
}
notebook-people-new = New
notebook-may-all = Reads everything, writes, photographs
notebook-may-recent = Reads the summary and 14 days, writes, photographs
notebook-may-family = Reads entries and photos, writes, photographs
notebook-may-desk = Stops the notebook, changes people
notebook-people-change = To change who can read
notebook-people-change-about = The desk asks for the person’s wish and makes the change.
notebook-leave = Leave this care team
notebook-number = Number of the notebook
notebook-number-wrong = This number does not look right. Please check the 12 digits on the booklet.
notebook-age = aged { $years }
