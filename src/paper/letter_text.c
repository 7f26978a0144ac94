#include "paper/letter_text.h"

/* clang-format off */
#define BOTH(ja, en) { { ja, en }, { ja, en } }
static const char *const SAY[LETTER_PHRASES][LETTER_KINDS][LETTER_LANGS] = {
	[SAY_PROXY_WINDOW] = BOTH("開封せずに {name} 様へ", "Do not open. Hand to {name}"),
	[SAY_PROXY] = BOTH(
		"代理受取人の方へ　この郵便物は開封せず、{name} 様にお渡しください。封が開いていたときは、用紙を広げずに {phone} へお電話ください。",
		"To the proxy: do not open this letter; hand it to {name}. If the envelope was open, do not unfold the sheet; call {phone}."),
	[SAY_DIRECT] = {
		{ "内側にPINコードを印刷しています。ほかの人に見られない所で広げてください。", "Your PIN is printed inside. Unfold this sheet where nobody else can see it." },
		{ "内側にパスワードを印刷しています。ほかの人に見られない所で広げてください。", "Your password is printed inside. Unfold this sheet where nobody else can see it." } },
	[SAY_TITLE] = {
		{ "PINコードのお知らせ", "Your PIN" },
		{ "ダウンロードパスワードのお知らせ", "Your download password" } },
	[SAY_INTRO] = {
		{ "電子証明書のファイル（.p12）を開くためのPINコードです。", "This PIN opens the file (.p12) that holds your certificate." },
		{ "電子証明書のファイルをダウンロードするためのパスワードです。", "This password lets you download the file that holds your certificate." } },
	[SAY_TYPE] = {
		{ "すべて大文字で、ハイフン（-）も入れて入力してください。0、1、I、L、O は使っていません。", "Type capitals, with the hyphens. No sign is 0, 1, I, L or O." },
		{ "大文字と小文字の区別はなく、ハイフン（-）は省けます。0、1、I、L、O は使っていません。", "Capitals or not, hyphens or not: both will do. No sign is 0, 1, I, L or O." } },
	[SAY_KEEP] = {
		{ "PINコードは当認証局に残っておらず、再発行できません。ファイルとは別の場所に保管してください。", "We keep no copy and cannot issue it again. Keep it apart from the file." },
		{ "このパスワードは再発行できません。PINコードは別の郵便でお届けします。", "This password cannot be issued again. Your PIN comes in another letter." } },
	[SAY_STEP_1] = {
		{ "1. 電子証明書のファイルを用意します（ダウンロード、またはCD-R）。", "1. Get the file of your certificate (by download or from the CD-R)." },
		{ "1. メールでお知らせしたダウンロードのページを開き、上のパスワードを入力します。", "1. Open the download page we told you by e-mail and type the password above." } },
	[SAY_STEP_2] = {
		{ "2. ファイルを開き、PINコードを求められたら上のコードを入力します。", "2. Open the file and type the PIN above when you are asked for it." },
		{ "2. ファイルを保存し、すぐに控えを一つ作ります。開くときはPINコードを使います。", "2. Save the file and make a copy at once. To open it you need the PIN." } },
	[SAY_STEP_3] = BOTH(
		"3. 電子証明書の記載内容を確かめ、受領をご連絡ください。",
		"3. Check what the certificate says and report its receipt to us."),
	[SAY_URGENT] = BOTH(
		"封が開いていた、なくした、他人に知られたかもしれない：すぐに {phone} へお電話ください。",
		"Was the envelope open, is something lost, might somebody else know the code? Call {phone} at once."),
	[SAY_FINGERPRINT] = BOTH(
		"認証局の証明書のフィンガープリント（SHA-256） / Fingerprint of the CA certificate",
		"Fingerprint of the CA certificate (SHA-256) / 認証局の証明書のフィンガープリント"),
	[SAY_PHONE] = BOTH("お問い合わせ / Questions {phone}", "Questions / お問い合わせ {phone}"),
	[SAY_REFERENCE] = BOTH("受付番号 / Reference {reference}", "Reference / 受付番号 {reference}"),
};
/* clang-format on */

const char *
letter_phrase(enum letter_kind kind, enum letter_phrase phrase, enum letter_lang lang)
{
	return SAY[phrase][kind][lang];
}
