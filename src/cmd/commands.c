#include "cmd/commands.h"

/* clang-format off */
const struct command COMMANDS[] = {
	{ { "approve" }, cmd_approve, "N --key FILE [--passphrase-file F] [--yes]",
	  "Shows the card decoded from the warrant's very bytes and signs them. Whoever screened it, or a key of the same "
	  "surface, is refused [R-4.72]. At a terminal it asks first, unless --yes is given.",
	  "akashi -C demo approve 1 --key demo/rehearsal/keys/approval-1" },
	{ { "abolition", "proof" }, cmd_abolition_proof, "N --date D --key FILE [--passphrase-file F]",
	  "The notice of the abolition reached that person by letter; a mail that was accepted is proof by itself [R-13.1].",
	  "akashi -C demo abolition proof 1 --date 2026-12-20 --key demo/rehearsal/keys/dispatch-1" },
	{ { "audit", "verify" }, cmd_audit_verify, "",
	  "Recomputes the event log and holds log, journal, certificates, revocations, lists and payments against each other; "
	  "names the first place that does not agree (exit 7) [X-1].",
	  "akashi -C demo audit verify" },
	{ { "backup" }, cmd_backup, "--out DIR [--keep N] [--anew] | --keys --out DIR [--anew]",
	  "A copy of the service into DIR/NUMBER, with a manifest; what has not changed is linked to the copy before and read there "
	  "once a day; what was spoiled is copied anew, and told (exit 7). No wrapped or private key is in it. Where DIR had the "
	  "copy before and has none, its medium is missing, unless --anew is given. With --keys the wrapped keys and the "
	  "service's own secrets, elsewhere; copies older than policy's keys_copy_days are removed [X-7].",
	  "akashi -C demo backup --out /mnt/copies --keep 1440" },
	{ { "cert", "export" }, cmd_cert_export, "SERIAL --out FILE [--pem]",
	  "Writes one of the service's certificates into a new file, DER or PEM. Opening it is logged.",
	  "akashi -C demo cert export 2f07c1d0a9f5b0c4e66b19cf3a1b2f60c2d1e5a7 --out taro.crt --pem" },
	{ { "cert", "inspect" }, cmd_cert_inspect, "SERIAL|FILE",
	  "Prints every field of every name and extension of one of the service's certificates (with -C; opening it is "
	  "logged) or of those in FILE (PEM or DER).",
	  "akashi cert inspect ca.crt" },
	{ { "cert", "list" }, cmd_cert_list, "",
	  "Lists every certificate by number: dossier, product, dates, state. Opens none.",
	  "akashi -C demo cert list" },
	{ { "cert", "renewed" }, cmd_cert_renewed, "SERIAL --by N --key FILE [--passphrase-file F]",
	  "The certificate was renewed by dossier N's: no expiry notice goes out for it any more [R-5.3].",
	  "akashi -C demo cert renewed 2f07c1d0a9f5b0c4e66b19cf3a1b2f60c2d1e5a7 --by 81 --key demo/rehearsal/keys/screening-1" },
	{ { "cert", "verify" }, cmd_cert_verify,
	  "FILE --anchor FILE... [--ca FILE]... [--crl FILE]... [--at TIME]",
	  "Is the certificate good at TIME (now)? Paths of RFC 5280, revocation of the whole path; PEM, also "
	  "bundles, or DER. Exit 0: valid, 1: not valid, 2: a file cannot be read.",
	  "akashi cert verify taro.crt --anchor ca.crt --crl ca.crl" },
	{ { "clocks", "done" }, cmd_clocks_done,
	  "N --clock K --key FILE [--result done|reached|not-reached|will-send] [--passphrase-file F]",
	  "What stands on your role's list for a dossier was done; what officers and accounting act on leaves its list by that act "
	  "alone [R-4.114].",
	  "akashi -C demo clocks done 8 --clock K-11 --result reached --key demo/rehearsal/keys/reception-1" },
	{ { "clocks", "extend" }, cmd_clocks_extend,
	  "N --clock K --days DAYS --reason TEXT --key FILE [--passphrase-file F]",
	  "An approver extends K-2, K-5, K-10, K-11, K-12 or K-22 of one dossier; each extension is logged, its reason sealed [R-4.119] "
	  "[R-7.3].",
	  "akashi -C demo clocks extend 8 --clock K-12 --days 5 --reason 郵便の遅れ --key demo/rehearsal/keys/approval-1" },
	{ { "clocks", "lapse" }, cmd_clocks_lapse,
	  "--count N --list WORD --key FILE [--second FILE] [--must] [--passphrase-file F] [--second-passphrase-file F]",
	  "Two officers revoke what the list shows for want of a receipt (ground 11-3), on one revocation list, after looking at the "
	  "mail tray; with --must only what must be revoked. Another count than the list's is refused, and a list whose word, as clocks list told it, is another [R-4.117] [K-12] [K-22].",
	  "akashi -C demo clocks lapse --count 2 --list 3f9a0c17 --key demo/rehearsal/keys/revocation-1 --second demo/rehearsal/keys/revocation-2" },
	{ { "clocks", "list" }, cmd_clocks_list, "[--role ROLE]",
	  "Lists what the clocks put before people, by day: calls to make, certificates that may or must be revoked, papers that are "
	  "missing. Under the revocation list stands its word, which clocks lapse asks for.",
	  "akashi -C demo clocks list --role revocation" },
	{ { "clocks", "run" }, cmd_clocks_run, "[--day D]",
	  "Does everything the clocks owe by today, each act once, missed days in their order. A rehearsal may be given a later day: its "
	  "clock goes on day by day and stands there afterwards. Exit 4 where an act was refused and waits [X-5].",
	  "akashi -C demo clocks run --day 2027-11-20" },
	{ { "crl", "publish" }, cmd_crl_publish, "",
	  "Has the next revocation list signed, checks it and puts it in its place; a refused one leaves the old [R-10.13].",
	  "akashi -C demo crl publish" },
	{ { "day", "close" }, cmd_day_close, "--key FILE [--passphrase-file F]",
	  "Closes the print day: its keys are wiped, its downloads open. Refused, each by name, while an envelope is neither "
	  "sent nor spoiled, or a case must be revoked for want of a receipt [R-4.104] [K-22].",
	  "akashi -C demo day close --key demo/rehearsal/keys/dispatch-1" },
	{ { "day", "open" }, cmd_day_open, "--key FILE [--passphrase-file F]",
	  "Opens a print day: each of the two print stations makes and signs a new print key. One day is open at a time; one "
	  "whose keys went with a print station that ended is opened anew on the same day [R-4.104].",
	  "akashi -C demo day open --key demo/rehearsal/keys/dispatch-1" },
	{ { "dispatch" }, cmd_dispatch, "N --letter pin|password --envelope ENVELOPE --tracking NUMBER",
	  "A sealed envelope goes to the post: its barcode is the letter's, its number is checked against class and check digit of its "
	  "route and must not have been another envelope's not long ago (tracking_days of the policy), its payload is "
	  "deleted; the last thing missing opens the download [R-4.92] [R-4.101].",
	  "akashi -C demo dispatch 1 --letter pin --envelope E00000018 --tracking 100-00-00000-4" },
	{ { "demo" }, cmd_demo, "DIR [--store URL] [--listen HOST:PORT] [--ca-key FILE --ca-passphrase-file F] [--step]",
	  "Makes a rehearsal in an empty folder and plays it from 2026-11-20 to 2026-12-21 with the shipped samples: "
	  "applications, screening, approval, payment, certificates, letters, downloads, receipts, revocations. What it made "
	  "stands in DIR/demo.json. With --step it waits for Enter after each step.",
	  "akashi demo demo" },
	{ { "dossier", "arrive" }, cmd_dossier_arrive, "FILE.csv",
	  "Registers papers that arrived and judges them by each dossier's own policy; the same file again changes "
	  "nothing [R-4.48] [R-4.49].",
	  "akashi -C demo dossier arrive papers.csv" },
	{ { "dossier", "find" }, cmd_dossier_find, "TEXT",
	  "Finds dossiers by name in any spelling (kanji old or new, kana, Roman letters), organisation, e-mail or the end of a "
	  "telephone number, or by reference, serial or number of registered mail. Each word must match; that somebody "
	  "searched is logged, not for what [X-6].",
	  "akashi -C demo dossier find 高橋" },
	{ { "dossier", "import" }, cmd_dossier_import, "FILE.csv",
	  "Takes in applications; the same again is known. A bad row holds up no other (exit 4) [R-4.28].",
	  "akashi -C demo dossier import applications.csv" },
	{ { "dossier", "list" }, cmd_dossier_list, "[--state STATE]",
	  "Lists dossiers by number, without opening any. STATE as in JSON or as it is shown; 取消 finds 失効 [X-13].",
	  "akashi -C demo dossier list --state in_screening" },
	{ { "dossier", "screen" }, cmd_dossier_screen,
	  "N --key FILE (--result FILE.json | --ok) [--passphrase-file F]",
	  "Takes the answer to every check that is due; passed, it composes and signs the next edition's warrant, else the "
	  "dossier is deficient. --ok answers all, in a rehearsal only [R-4.70].",
	  "akashi -C demo dossier screen 1 --key demo/rehearsal/keys/screening-1 --result result.json" },
	{ { "dossier", "show" }, cmd_dossier_show, "N",
	  "Shows one dossier: person, papers, checks, running clocks, payment, events. Opening it is logged.",
	  "akashi -C demo dossier show 1" },
	{ { "grace", "close" }, cmd_grace_close, "SERIAL --date D --key FILE [--other-change] [--passphrase-file F]",
	  "Ends a grace: revocation was applied for; with --other-change something else changed too, and it must be at once [R-2.5].",
	  "akashi -C demo grace close 2f07c1d0a9f5b0c4e66b19cf3a1b2f60c2d1e5a7 --date 2026-12-20 --key demo/rehearsal/keys/revocation-1" },
	{ { "grace", "open" }, cmd_grace_open,
	  "SERIAL --date D --changed FIELD... --key FILE [--no-registration] [--passphrase-file F]",
	  "The representative of an employee's organisation changed, and nothing else: revocation may wait for the registration "
	  "[R-2.5] [K-14].",
	  "akashi -C demo grace open 2f07c1d0a9f5b0c4e66b19cf3a1b2f60c2d1e5a7 --date 2026-12-01 --changed representative "
	  "--key demo/rehearsal/keys/revocation-1" },
	{ { "grace", "registered" }, cmd_grace_registered, "SERIAL --date D --key FILE [--passphrase-file F]",
	  "The change was registered that day: the revocation is due within K-14 [R-2.5].",
	  "akashi -C demo grace registered 2f07c1d0a9f5b0c4e66b19cf3a1b2f60c2d1e5a7 --date 2026-12-18 "
	  "--key demo/rehearsal/keys/revocation-1" },
	{ { "hold", "add" }, cmd_hold_add, "N --review D --reason TEXT --key FILE [--passphrase-file F]",
	  "Nothing of that dossier is proposed for destruction until the hold ends; its reason is sealed [R-12.12].",
	  "akashi -C demo hold add 3 --review 2027-06-30 --reason 訴訟 --key demo/rehearsal/keys/audit-1" },
	{ { "hold", "end" }, cmd_hold_end, "N --key FILE [--passphrase-file F]",
	  "Ends a hold: what is past its date is proposed by the next run [R-12.12].",
	  "akashi -C demo hold end 3 --key demo/rehearsal/keys/audit-1" },
	{ { "evidence" }, cmd_evidence, "SERIAL --out DIR --reason TEXT --key FILE [--passphrase-file F]",
	  "Puts everything about one certificate into a new folder that is read without akashi: certificate, papers, who signed "
	  "what, events with proofs, lists, journal, charters; signed by an auditor. sh DIR/verify.sh checks it [R-14.3]. The reason "
	  "is logged and names nobody.",
	  "akashi -C demo evidence 2f07c1d0a9f5b0c4e66b19cf3a1b2f60c2d1e5a7 --out claim-7 --reason 'claim 7' --key demo/rehearsal/keys/audit-1" },
	{ { "health" }, cmd_health, "[--prometheus]",
	  "Is the service well? Clock, last list, journal and its copies, keys, queue, disk, backups, failed mail, incidents: each "
	  "with its figure and limit. Exit 1 where one is not; --prometheus prints metrics.",
	  "akashi -C demo health --prometheus" },
	{ { "init" }, cmd_init,
	  "DIR [--rehearsal] [--policy DIR] [--store URL] [--custodian PUB]... [--quorum M] [--listen HOST:PORT] "
	  "[--ca-key FILE --ca-passphrase-file F] [--adopt CERTIFICATE]",
	  "Makes a service in an empty folder; with --rehearsal one that may be told the time and marks all it makes 試験用. It "
	  "makes its own CA key, or takes one that was made before, say in a token, and keeps its passphrase. "
	  "With --adopt its first line says that the CA of that certificate will move in.",
	  "akashi init demo --rehearsal" },
	{ { "issue" }, cmd_issue, "N... | --all",
	  "Issues certificates for approved and paid dossiers; run again it goes on from what stands there. Exit 4 where a rule "
	  "refused one [R-4.90].",
	  "akashi -C demo issue --all" },
	{ { "key", "check" }, cmd_key_check, "ca|FILE [--passphrase-file F]",
	  "Opens the CA key, or one in FILE, has it sign a text made for that, and holds it against the CA certificate. Each "
	  "thing that is wrong has a name of its own: the module, the token, its PIN, the key, its public half, whether it could "
	  "be taken out, what the token can do.",
	  "akashi -C demo key check ca" },
	{ { "key", "new" }, cmd_key_new,
	  "OUT --for person|ca|archive|signer|keymaker|station [--passphrase-file F] [--rehearsal] "
	  "[--token LABEL --module FILE [--serial S] [--module-env NAME=VALUE]] [--from FILE [--from-passphrase-file F]]",
	  "Makes a key for its owner: OUT, encrypted under a passphrase (from F, also /dev/fd/N, or the terminal), and "
	  "OUT.pub, the half to hand on with its eight words. With --rehearsal one that no real service takes [R-1.3]. With "
	  "--token a CA key is made in that PKCS#11 token, from which it cannot be taken; OUT says where it is, and the "
	  "passphrase is the token's PIN. With --from a CA's key of before is taken in (PKCS#8, PEM or DER).",
	  "akashi key new suzuki --for person" },
	{ { "letter", "done" }, cmd_letter_done, "ENVELOPE",
	  "Scans a sealed envelope by its number: from here on it may be sent [R-4.96].",
	  "akashi -C demo letter done E00000018" },
	{ { "letter", "print" }, cmd_letter_print, "",
	  "Prints every letter that waits, each once or not at all; what an earlier run left between is spoiled. A rehearsal "
	  "also leaves rehearsal/letters/ENVELOPE.pdf and .json [R-4.96].",
	  "akashi -C demo letter print" },
	{ { "letter", "returned" }, cmd_letter_returned, "N --letter pin|password --date D --key FILE [--passphrase-file F]",
	  "A letter came back from the post: it goes again by dispatch, by another number, twice at most. The chase then starts anew, "
	  "the limits of the receipt stay [R-9.3] [R-4.100].",
	  "akashi -C demo letter returned 8 --letter pin --date 2026-12-05 --key demo/rehearsal/keys/dispatch-1" },
	{ { "letter", "spoil" }, cmd_letter_spoil, "ENVELOPE --witness FILE [--passphrase-file F]",
	  "A letter came to nothing and was shredded before a witness, who signs: its edition cannot be sent any more, its "
	  "certificate must be revoked (ground 11-4) [R-4.96].",
	  "akashi -C demo letter spoil E00000018 --witness demo/rehearsal/keys/dispatch-2" },
	{ { "mail", "bounced" }, cmd_mail_bounced, "ID --status CODE",
	  "A mail came back [RFC3464]: its words become a letter, DIR/outbox/ID.txt, at the courier's next round [R-5.2].",
	  "akashi -C demo mail bounced 00000000000000000000000000000000 --status 5.1.1" },
	{ { "mail", "followed" }, cmd_mail_followed, "ID",
	  "Somebody wrote or called because a mail failed: it leaves the list of failed mail [R-4.71].",
	  "akashi -C demo mail followed 00000000000000000000000000000000" },
	{ { "mail", "list" }, cmd_mail_list, "--state queued|sent|accepted|bounced|given-up|failed | --dossier N",
	  "Mail of a state (failed: what nobody has followed up yet), at most 1000, or all of a dossier; never to whom.",
	  "akashi -C demo mail list --state failed" },
	{ { "mail", "send" }, cmd_mail_send, "",
	  "Sends what is due, through akashi-courier, which holds the contact key: to mail_relay of akashi.conf, or into "
	  "DIR/outbox/ as files. Where akashi serve stands it does so by itself.",
	  "akashi -C demo mail send" },
	{ { "mail", "fetch" }, cmd_mail_fetch, "",
	  "Takes in what came into the mailbox of akashi.conf: each mail lies in inbox/ before the mailbox is told, then a reader of "
	  "its own reads it. A signed one is a receipt or is refused; a report of failure is taken as by mail bounced; what a person "
	  "must read is flagged there [R-4.111].",
	  "akashi -C demo mail fetch" },
	{ { "package", "fetch" }, cmd_package_fetch, "--token T --password-file F --out FILE.p12 [--legacy --reason TEXT]",
	  "The subscriber's download: tries and window are counted; the file opens with the PIN alone. F may be /dev/fd/N "
	  "[R-4.98] [K-10]. With --legacy it is one that programs read which know only 3DES and SHA-1; why stands in the event, "
	  "so the reason names nobody [R-4.99].",
	  "akashi -C demo package fetch --token $(cat demo/rehearsal/tokens/1) --password-file password --out taro.p12" },
	{ { "payment", "confirm" }, cmd_payment_confirm, "LINE --dossier N --key FILE [--passphrase-file F]",
	  "Gives what remains of a deposit to a dossier, signed by accounting; of one for several, each its part. From a policy's "
	  "figure on, and where match did not propose it, it is kept (exit 5) until a second person says the same [R-6.9].",
	  "akashi -C demo payment confirm 1 --dossier 29 --key demo/rehearsal/keys/accounting1" },
	{ { "payment", "import" }, cmd_payment_import,
	  "FILE [--account BANK-BRANCH-NUMBER]",
	  "Takes in a bank's statement: kind 03, kind 01 (formats A and B) or CSV. Counts and sums are checked before anything "
	  "is booked; only accounts akashi.conf names are taken; the same line again, from any format, adds nothing [R-6.8].",
	  "akashi -C service payment import bank-zengin03.dat" },
	{ { "payment", "match" }, cmd_payment_match, "",
	  "Proposes whose each deposit may be, with every explanation. Confirms nothing [R-6.9].",
	  "akashi -C service --json payment match" },
	{ { "payment", "refund" }, cmd_payment_refund,
	  "N --key FILE [--second FILE] [--passphrase-file F] [--second-passphrase-file F]",
	  "What was paid for a case that ended goes back: two people of accounting sign for the amount; without --second it is kept "
	  "(exit 5) until the second one's same call [R-6.20].",
	  "akashi -C demo payment refund 9 --key demo/rehearsal/keys/accounting-1 --second demo/rehearsal/keys/accounting-2" },
	{ { "policy", "check" }, cmd_policy_check, "[DIR]",
	  "Checks a folder of rules: every error with file, line and column, or the digest of the whole. Without DIR "
	  "that of -C, or the shipped one [X-4].",
	  "akashi policy check" },
	{ { "receipt", "mail" }, cmd_receipt_mail, "FILE.eml [--date D] [--reason TEXT --key FILE [--passphrase-file F]]",
	  "Records a receipt that came as a mail signed with the very certificate, by the day it arrived (today), and keeps the "
	  "mail. What is refused (exit 4) is an event with its reason, the clock goes on, and a subscriber who can mend it is "
	  "told; after the must day only with a reason somebody signs for [R-4.111] [R-4.112] [R-2.10] [G-1].",
	  "akashi -C demo receipt mail receipt.eml" },
	{ { "receipt", "paper" }, cmd_receipt_paper, "N --date D --key FILE [--reason TEXT] [--passphrase-file F]",
	  "Records a receipt on paper by the day it arrived and destroys the package; after the must day only with a reason "
	  "[R-4.111] [G-1].",
	  "akashi -C demo receipt paper 1 --date 2026-11-27 --key demo/rehearsal/keys/reception-1" },
	{ { "revocation", "paper" }, cmd_revocation_paper, "SERIAL --date D --key FILE [--passphrase-file F]",
	  "The paper after a revocation by FAX arrived: its reminders end [R-10.4] [K-13].",
	  "akashi -C demo revocation paper 2f07c1d0a9f5b0c4e66b19cf3a1b2f60c2d1e5a7 --date 2026-12-04 "
	  "--key demo/rehearsal/keys/revocation-1" },
	{ { "restore" }, cmd_restore, "--from DIR [--keys DIR] [--journal DIR] [--store URL] --to DIR",
	  "A service from a backup, in a new folder: the manifest is checked, what was destroyed is destroyed again, and what "
	  "differs is said. A newer journal of the signer is taken with --journal. The folder waits for its epoch [X-7].",
	  "akashi restore --from /mnt/copies --keys /mnt/keys --journal signer/ca/journal --to service" },
	{ { "revoke" }, cmd_revoke,
	  "SERIAL --ground G --key FILE [--second FILE] [--reason TEXT] [--invalid-since DAY] [--fax DAY] [--passphrase-file F] "
	  "[--second-passphrase-file F]",
	  "Revokes a certificate on ground 10-1-1 ... 10-1-4 or 11-1 ... 11-11. Where two officers are due and --second is not "
	  "given it is kept (exit 5) and the second officer's same command completes it; until then one on another ground takes "
	  "its place. The new list contains it when the command returns. --fax: the subscriber asked by FAX that day, and the "
	  "paper is chased [R-10.13] [R-11.0] [R-10.3].",
	  "akashi -C demo revoke 2f07c1d0a9f5b0c4e66b19cf3a1b2f60c2d1e5a7 --ground 10-1-2 --key demo/rehearsal/keys/revocation-1 "
	  "--second demo/rehearsal/keys/revocation-2" },
	{ { "rule", "papers" }, cmd_rule_papers,
	  "--kind KIND --product CODE [--former-name] [--delegate] [--in-person]",
	  "Lists the papers an application owes; rows of one slot are alternatives. Without -C the shipped policy [R-4.40].",
	  "akashi rule papers --kind employee --product DL-I2" },
	{ { "rule", "validity" }, cmd_rule_validity,
	  "--issued TIME --years N [--vend-rule civil143|clamp]",
	  "Prints the last second of a certificate issued at TIME for N years [AGR 12(1)].",
	  "akashi rule validity --issued 2024-05-10T10:30:00+09:00 --years 2" },
	{ { "rule", "window" }, cmd_rule_window,
	  "--from DAY --months N",
	  "Prints the last good day of \"within N months\" of DAY; the first day is not counted [CIVIL 140].",
	  "akashi rule window --from 2026-08-22 --months 3" },
	{ { "stay" }, cmd_stay, "N --until D|indefinite --key FILE [--special-period] [--passphrase-file F]",
	  "A new residence card moves the end of the period of stay; --special-period: the stay goes on while a renewal is pending, at "
	  "most so long as K-15s says [R-2.13] [K-15].",
	  "akashi -C demo stay 5 --until 2028-03-31 --key demo/rehearsal/keys/screening-1" },
	{ { "sweep" }, cmd_sweep, "",
	  "Compares the signer's book with the store and resolves what differs. Exit 0 when nothing is open, 1 when something "
	  "waits for people or time, 7 when the books contradict each other: then issuing stops.",
	  "akashi -C demo sweep" },
	{ { "sweep", "revoke" }, cmd_sweep_revoke,
	  "--count N --ground G --key FILE [--second FILE] [--passphrase-file F] [--second-passphrase-file F]",
	  "Revokes every certificate the last sweep named order-unknown: the journal has it, a store of before does not. Another "
	  "count than the sweep's is refused. As akashi revoke: without --second it is kept (exit 5) and the second officer's same "
	  "command completes it.",
	  "akashi -C demo sweep revoke --count 2 --ground 11-4 --key demo/rehearsal/keys/revocation-1 --second "
	  "demo/rehearsal/keys/revocation-2" },
	{ { "serve" }, cmd_serve, "[--listen HOST:PORT]",
	  "Keeps the service's programs running: public site, issuer, print stations, in a rehearsal also the keys; restarts "
	  "what dies, ends all within 5 seconds of SIGINT. A second one, or a port that is taken: exit 75.",
	  "akashi -C demo serve" },
	{ { "standby", "check" }, cmd_standby_check, "--journal DIR --checkpoint FILE --crl FILE",
	  "May a second signer take over with this copy of the journal? Refused (exit 7) where it ends before the checkpoint or "
	  "lacks a number of the published list. Needs no service [design 2].",
	  "akashi standby check --journal demo/ca/journal --checkpoint checkpoint.der --crl ca.crl" },
	{ { "warrant", "show" }, cmd_warrant_show, "N",
	  "Shows the newest warrant of a dossier as its approver sees it: every field with its scope, and the eight words "
	  "[R-0.3]. Opening it is logged.",
	  "akashi -C demo warrant show 1" },
	{ { "warrant", "void" }, cmd_warrant_void, "N --key FILE [--passphrase-file F]",
	  "Ends a dossier's newest edition: it can never be issued. The next begins with its screening [design 2].",
	  "akashi -C demo warrant void 1 --key demo/rehearsal/keys/approval-2" },
	{ { "watch" }, cmd_watch, "URL --ca FILE [--charter FILE] --state FILE",
	  "For another machine: fetches the published list, verifies it by the CA certificate and holds it against the one it saw "
	  "last, kept in the state file; with --charter also the checkpoint beside it, by the signer's key that charter names. Exit "
	  "7: late by half its period, its number fell, an entry vanished, the checkpoint is none or went back [R-10.13].",
	  "akashi watch http://localhost:8440/repository/ca.crl --ca ca.crt --charter charter.der --state seen.crl" },
	{ { "ca", "adopt" }, cmd_ca_adopt, "--certificate FILE --crl FILE --index FILE",
	  "In a service begun with init --adopt: reads that CA's certificate, its last list and its index.txt (openssl ca), "
	  "holds them against each other and drafts what custodians sign with \"akashi ca certify\". Then its numbers are "
	  "taken, every entry stays on the list, and the list's number goes on [R-4.91] [R-10.13].",
	  "akashi -C demo ca adopt --certificate old/ca.crt --crl old/ca.crl --index old/index.txt" },
	{ { "ca", "certify" }, cmd_ca_certify, "--key FILE [--passphrase-file F]",
	  "A custodian signs the CA certificate's contents, or what \"akashi ca adopt\" drafted; kept until the quorum (exit 5), "
	  "then certified, and the first list published.",
	  "akashi -C demo ca certify --key demo/rehearsal/keys/custodian-1" },
	{ { "charter", "show" }, cmd_charter_show, "",
	  "Shows the charter in force and the draft of the next: every key with its eight words.",
	  "akashi -C demo charter show" },
	{ { "charter", "sign" }, cmd_charter_sign, "--key FILE [--passphrase-file F]",
	  "A custodian signs the next charter; kept until the quorum (exit 5), then in force. Without a draft the same people, "
	  "for another 40 days.",
	  "akashi -C demo charter sign --key demo/rehearsal/keys/custodian-1" },
	{ { "epoch", "draft" }, cmd_epoch_draft, "--checkpoint FILE --crl FILE",
	  "After a restore, or where a second signer takes over: holds the journal against the newest checkpoint and list from "
	  "outside, finds how far the store's log still reproduces it, and drafts the epoch that goes on from there [design 4].",
	  "akashi -C demo epoch draft --checkpoint checkpoint.der --crl ca.crl" },
	{ { "epoch", "sign" }, cmd_epoch_sign, "--key FILE [--passphrase-file F]",
	  "A custodian signs the drafted epoch; kept until the quorum (exit 5), then in force: issuing goes on, and the next list "
	  "has the new epoch's number.",
	  "akashi -C demo epoch sign --key demo/rehearsal/keys/custodian-1" },
	{ { "key", "open" }, cmd_key_open, "ca|archive [--passphrase-file F]",
	  "A custodian opens a key; its agent stays open while others restart.",
	  "akashi -C demo key open archive" },
	{ { "key", "close" }, cmd_key_close, "ca|archive",
	  "Closes a key: its agent logs it and ends. Until a custodian opens it again nothing is signed, or opened, with it.",
	  "akashi -C demo key close archive" },
	{ { "policy", "adopt" }, cmd_policy_adopt, "",
	  "Checks DIR/policy and puts it into the draft of the next charter; it is in force when custodians have signed [X-4].",
	  "akashi -C demo policy adopt" },
	{ { "staff", "add" }, cmd_staff_add, "NAME --public FILE [--roles ROLE,... --surface desk|station]",
	  "Puts a person's key, or a station's, signer's, keymaker's or archive key, into the next charter.",
	  "akashi -C demo staff add suzuki --roles reception --surface desk --public suzuki.pub" },
	{ { "staff", "remove" }, cmd_staff_remove, "NAME",
	  "Takes a person or station out of the next charter.",
	  "akashi -C demo staff remove reception-2" },
};
/* clang-format on */
const size_t COMMAND_COUNT = COUNT(COMMANDS);
