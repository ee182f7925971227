# The office's side: the notebooks of one's care teams.
office-notebooks = 受け持ちの手帳
office-notebooks-about = { $office }　{ $count }冊
office-notebooks-none = まだ、受け持ちの手帳はありません。手帳の四角い印を写すと、仲間に入れます。
office-new = 新しいことのある手帳
office-quiet = そのほかの手帳
office-photo = 紙を写す
office-photo-note = 何冊でも、まとめて送れます
office-waiting = どの手帳か待っている写真　{ $count }枚
office-waiting-answer = 答える
office-find = 名前か印でさがす
office-find-press = さがす
office-find-none = 見つかりませんでした。
