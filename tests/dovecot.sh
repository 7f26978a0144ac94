# Sourced by flow tests after tap.sh: a mailbox of our own on 127.0.0.1, served by an unprivileged Dovecot.
# mailbox_start: mailbox_port, mailbox_new (a folder: what lies in it arrives), mailbox_password (a file). mailbox_stop.
mailbox_start() {
	mailbox=$tmp/mailbox mailbox_port=$((20000 + $$ % 20000)) mailbox_password=$tmp/mailbox-password
	mailbox_user=$(id -un) mailbox_group=$(id -gn)
	[ "$(id -u)" != 0 ] || mailbox_user=nobody mailbox_group=nogroup
	mkdir -p "$mailbox/mail/new" "$mailbox/mail/cur" "$mailbox/mail/tmp"; mailbox_new=$mailbox/mail/new
	chmod 755 "$tmp"; chown -R "$mailbox_user" "$mailbox"
	printf 'open-sesame\n' >"$mailbox_password"; chmod 600 "$mailbox_password"
	cat >"$mailbox/conf" <<-END
		base_dir = $mailbox/run
		state_dir = $mailbox/run
		log_path = $mailbox/log
		protocols = imap
		listen = 127.0.0.1
		ssl = no
		disable_plaintext_auth = no
		default_internal_user = $mailbox_user
		default_internal_group = $mailbox_group
		default_login_user = $mailbox_user
		first_valid_uid = 1
		mail_location = maildir:$mailbox/mail
		service imap-login {
		  chroot =
		  inet_listener imap {
		    port = $mailbox_port
		  }
		  inet_listener imaps {
		    port = 0
		  }
		}
		service anvil {
		  chroot =
		}
		service stats {
		  chroot =
		}
		passdb {
		  driver = static
		  args = password=open-sesame
		}
		userdb {
		  driver = static
		  args = uid=$mailbox_user gid=$mailbox_group home=$mailbox/mail
		}
	END
	mailbox_serve
}
mailbox_serve() {
	dovecot -F -c "$mailbox/conf" >/dev/null 2>&1 &
	mailbox_pid=$!
	for try in $(seq 100); do
		mailbox_do '' NOOP >/dev/null && return
		sleep 0.1
	done
	cat "$mailbox/log" >&2
	return 1
}
# mailbox_do FOLDER COMMAND: what the server says.
mailbox_do() { curl -s "imap://127.0.0.1:$mailbox_port/$1" -u 'receipts:open-sesame' -X "$2"; }
mailbox_stop() { [ -z "$mailbox_pid" ] || kill "$mailbox_pid"; wait "$mailbox_pid" 2>/dev/null; mailbox_pid=; }
# arrive FILE...: each becomes a new mail.
arrive() {
	for f; do
		arrived=$((arrived + 1))
		cp "$f" "$mailbox_new/$arrived.mail" && chown "$mailbox_user" "$mailbox_new/$arrived.mail"
	done
}
