# Coming in: staff by password and code, family by slip and PIN; joining a care team.
access-sign-in = 支援者の方の入口
access-sign-in-about = 医療・介護・窓口でお仕事をされている方は、こちらからお入りください。
access-email = メールアドレス
access-password = パスワード
access-next = つぎへ
access-step = { $total }つのうち{ $step }つめ
access-sign-in-family = ご家族の方はこちら
access-sign-in-lost = 入れないときは、事業所の管理の方か、窓口へお電話ください。
access-sign-in-wrong = メールアドレスかパスワードがちがうようです。もう一度、見てください。

access-code = 確認の番号を入れてください
access-code-about = 登録したスマホのアプリに出ている、6けたの番号です。30秒ごとに変わります。
access-code-label = 確認の番号
access-code-hint = 6けた
access-code-enter = 入る
access-code-wrong = 番号がちがうようです。いま出ている番号を入れてください。
access-code-other = ちがう人として入る

access-slip = はじめての登録
access-slip-about = 窓口からお渡しした「ご家族の登録のご案内」の方のページです。
access-slip-until = この案内は { $date } まで使えます。
access-slip-digits = 電話番号の下4けた
access-slip-digits-hint = 申込書に書いた、あなたの電話番号です。
access-slip-digits-wrong = 番号がちがうようです。申込書に書いた電話番号の、最後の4けたです。
access-pin-choose = 暗証番号を決める
access-pin-choose-hint = 6けたから10けたの数字です。誕生日や、同じ数字の並びは使えません。
access-pin-again = もう一度、同じ暗証番号
access-pin-weak = 当てられやすい番号です。別の番号にしてください。
access-pin-differs = 2回の番号が同じではありません。もう一度、入れてください。
access-pin-length = 6けたから10けたの数字にしてください。
access-slip-save = このスマホを登録する
access-slip-told = 登録したことは、この手帳の記録に残り、ほかのご家族と窓口が見られます。
access-slip-used = この案内は使えません
access-slip-used-about = もう使われたか、期限が過ぎています。窓口へお電話ください。新しい案内をお渡しします。

access-unlock = おかえりなさい
access-unlock-about = 暗証番号を入れると、手帳が開きます。
access-pin = 暗証番号
access-unlock-enter = 開く
access-unlock-wrong = 暗証番号がちがうようです。もう一度、入れてください。
access-unlock-forgot = 暗証番号を忘れたとき
access-unlock-forgot-about = 窓口へお電話ください。ご本人の申込書を確かめて、新しい案内をお渡しします。

access-signed-out = おわりました
access-signed-out-about = この画面には、もう何も残っていません。おつかれさまでした。
access-signed-out-again = もう一度入る
access-signed-out-idle = しばらくお使いがなかったので、閉じました。書きかけのことは、残っていないかもしれません。

access-join = この方を支える仲間に入る
access-join-you = 入る人
access-join-sees = 見えるもの
access-join-sees-about = まとめ（いつもの指示・アレルギー・お薬・最後の値）と、この14日間の書きこみ。書くこと、写すこともできます。
access-join-later = 担当の方は、はじめはこの14日間の書きこみだけです。72時間たつか、ケアマネジャーが認めると、前の書きこみも読めるようになります。
access-join-told = { $name }など支えている方は、あなたが入ったことを「手帳のこと」で見られます。
access-join-diary = 入ったこと、見たことは、ご本人とご家族が読める記録に残ります。
access-join-why = どんなご用ですか
access-join-why-charge = 担当になりました
access-join-why-charge-note = これから続けて訪ねる、みる
access-join-why-instead = 担当の人の代わりです
access-join-why-instead-note = きょうだけ、または数日。前の書きこみも読めます。7日間で終わります
access-join-why-duty = 当直・救急の受け入れです
access-join-why-duty-note = 前の書きこみも読めます。7日間で終わります
access-join-enter = 仲間に入る
access-join-not = この方ではありません

access-at-the-desk = 閲覧は窓口で承ります
access-at-the-desk-about = この手帳をご覧になりたい方は、窓口へお電話ください。
access-password-short = 15文字以上にしてください。
access-password-long = 256文字までにしてください。

access-profession-physician = 医師
access-profession-dentist = 歯科医師
access-profession-pharmacist = 薬剤師
access-profession-nurse = 看護師
access-profession-therapist = リハビリの専門職
access-profession-dietitian = 管理栄養士
access-profession-care_manager = ケアマネジャー
access-profession-care_worker = 介護職
access-profession-social_worker = 相談員
access-profession-welfare_commissioner = 民生委員
access-profession-clerk = 事務
access-profession-other = 支援者
