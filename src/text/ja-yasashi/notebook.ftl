# やさしい日本語: only what differs.
notebook-tab-people = 見《み》ることが できる 人《ひと》
notebook-tab-diary = だれが 見《み》たか
notebook-people = この 手帳《てちょう》を 見《み》ることが できる 人《ひと》
notebook-people-about = ここに いない 人《ひと》は 見《み》ることが できません。
notebook-people-family = 家族《かぞく》
notebook-people-supporters = 医療《いりょう》・介護《かいご》
notebook-people-desk = 窓口《まどぐち》
notebook-people-new = 新《あたら》しい 人《ひと》
notebook-people-change = 人《ひと》を かえたいとき
notebook-people-change-about = 窓口《まどぐち》に 話《はな》してください。
