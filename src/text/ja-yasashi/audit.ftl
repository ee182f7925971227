# やさしい日本語: only what differs.
audit-diary = だれが 見《み》たか
audit-diary-about = だれが、いつ、何《なに》を 見《み》たかの 記録《きろく》です。消《け》すことは できません。
audit-older = もっと 前《まえ》を 見《み》る
audit-none = まだ だれも 見《み》ていません。
audit-doubt = おかしいと 思《おも》ったら
audit-doubt-about = 知《し》らない 人《ひと》が 見《み》ているときは、窓口《まどぐち》に 電話《でんわ》を してください。
