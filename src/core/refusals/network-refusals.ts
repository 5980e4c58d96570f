import type { RefusalMeaning } from './refusal-meaning.js';

/** A failure on the way to a server, by the words that programs use for it. */
interface NetworkRefusal extends RefusalMeaning {
  /** Words in the text, in any case. Any of them; the first stands for all. */
  readonly says: readonly string[];
}

/** No answer at all: name, connection, TLS. All of it counts as passing, for nobody has refused anything. */
export const networkRefusals: readonly NetworkRefusal[] = [
  {
    says: ['ENOTFOUND', 'EAI_AGAIN', 'getaddrinfo', 'name or service not known', 'name resolution'],
    class: 'transient',
    reason: 'the name of the server is not found',
    remedy:
      'Check the name in the settings, and the name servers of this machine; it is tried again by itself.',
  },
  {
    says: ['ECONNREFUSED', 'connection refused'],
    class: 'transient',
    reason: 'nobody listens at that address and port',
    remedy: 'Check host and port in the settings, and the firewall; it is tried again by itself.',
  },
  {
    says: ['ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'connection timed out', 'no route to host'],
    class: 'transient',
    reason: 'the server cannot be reached',
    remedy: 'Check the network, the firewall and the proxy; it is tried again by itself.',
  },
  {
    says: ['ECONNRESET', 'EPIPE', 'connection reset', 'socket hang up'],
    class: 'transient',
    reason: 'the connection broke off',
    remedy: 'Nothing now; it is tried again by itself. If it lasts, check the firewall and the proxy.',
  },
  {
    says: ['CERT_HAS_EXPIRED', 'certificate has expired'],
    class: 'transient',
    reason: 'the certificate of the server has expired',
    remedy: 'Have the certificate renewed, and check the clock of this machine; it is tried again by itself.',
  },
  {
    says: [
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'UNABLE_TO_GET_ISSUER_CERT',
      'SELF_SIGNED_CERT',
      'self-signed certificate',
      'self signed certificate',
      'unable to verify the first certificate',
      'unable to get local issuer certificate',
    ],
    class: 'transient',
    reason: 'the certificate of the server comes from a CA that is not trusted here',
    remedy: 'Give the certificate of a private CA in `ca` or `tls.ca` of the settings.',
  },
  {
    says: ['ERR_TLS_CERT_ALTNAME_INVALID', "does not match certificate's altnames"],
    class: 'transient',
    reason: 'the certificate is of another server name',
    remedy: 'Use the name of the server that stands in its certificate, or give it in `tls.serverName`.',
  },
  {
    says: ['wrong version number', 'ERR_SSL_WRONG_VERSION_NUMBER'],
    class: 'transient',
    reason: 'the server does not begin with TLS at that port',
    remedy: 'Set `security` to starttls for ports 587 and 143, and to tls for ports 465 and 993.',
  },
];
