# The office's side: the notebooks of one's care teams.
office-notebooks = Notebooks in my care
office-notebooks-about = { $office }, { $count ->
    [one] { $count } notebook
   *[other] { $count } notebooks
}
office-notebooks-none = There are no notebooks in your care yet. Scan the square code of a notebook to join its care team.
office-new = With something new
office-quiet = All others
office-photo = Photograph pages
office-photo-note = Of any notebooks, all at once
office-waiting = { $count ->
    [one] { $count } photo waits for a notebook
   *[other] { $count } photos wait for a notebook
}
office-waiting-answer = Answer
office-find = Find by name or symbol
office-find-press = Find
office-find-none = Nothing was found.
