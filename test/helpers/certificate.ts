import { networkInterfaces } from 'node:os';
import selfsigned from 'selfsigned';

/** A key and a certificate for localhost and the addresses of this machine, made for this run; it is its own CA. */
export interface TestCertificate {
  readonly key: string;
  readonly cert: string;
}

let made: Promise<TestCertificate> | undefined;

/** The certificate of this process. */
export function testCertificate(): Promise<TestCertificate> {
  made ??= make();
  return made;
}

async function make(): Promise<TestCertificate> {
  const pems = await selfsigned.generate([{ name: 'commonName', value: 'localhost' }], {
    keySize: 2048,
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          ...Object.values(networkInterfaces())
            .flat()
            .flatMap((each) => (each?.family === 'IPv4' ? [{ type: 7 as const, ip: each.address }] : [])),
        ],
      },
    ],
  });
  return { key: pems.private, cert: pems.cert };
}
