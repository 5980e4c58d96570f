/** What dovecot.conf of the lab's Dovecot says; `dir` is its folder. */
export function dovecotConfiguration(
  dir: string,
  ports: {
    imapPort: number;
    pop3Port: number;
    pop3StlsPort: number;
    submissionPort: number;
    lmtpPort: number;
    relayPort: number;
    listen: string;
    mechanisms: string;
  },
): string {
  return `base_dir = ${dir}/run
state_dir = ${dir}/state
instance_name = ${dir}
log_path = ${dir}/dovecot.log
auth_verbose = yes
protocols = imap pop3 submission lmtp
listen = ${ports.listen}
hostname = mail.example.com
postmaster_address = postmaster@example.com

ssl = yes
ssl_cert = <${dir}/cert.pem
ssl_key = <${dir}/key.pem
disable_plaintext_auth = yes

auth_mechanisms = ${ports.mechanisms}
passdb {
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = ${dir}/oauth2.conf
}
passdb {
  driver = passwd-file
  mechanisms = plain login
  args = ${dir}/users
}
userdb {
  driver = passwd-file
  args = ${dir}/users
}
# A refused login is answered at once, and does not slow down the next one from this machine.
auth_failure_delay = 0
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}

mail_location = sdbox:~/mail
recipient_delimiter = +
namespace inbox {
  inbox = yes
  separator = /
}

service imap-login {
  inet_listener imap {
    port = 0
  }
  inet_listener imaps {
    port = ${ports.imapPort}
    ssl = yes
  }
}
service pop3-login {
  inet_listener pop3 {
    port = ${ports.pop3StlsPort}
  }
  inet_listener pop3s {
    port = ${ports.pop3Port}
    ssl = yes
  }
}
# A session holds the maildrop for itself (RFC 1939 section 4).
pop3_lock_session = yes
service submission-login {
  inet_listener submission {
    port = ${ports.submissionPort}
  }
  inet_listener submissions {
    port = 0
  }
}
service lmtp {
  inet_listener lmtp {
    port = ${ports.lmtpPort}
  }
}
submission_relay_host = 127.0.0.1
submission_relay_port = ${ports.relayPort}
submission_relay_ssl = no
`;
}
