const weakRsaBits = 2048;

/** Bits of the modulus of an `ssh-rsa` key blob (RFC 4253: type, exponent, modulus as length-prefixed values). */
function rsaBits(base64: string): number | undefined {
  const blob = Buffer.from(base64, 'base64');
  let offset = 0;
  const next = (): Buffer | undefined => {
    if (offset + 4 > blob.length) return undefined;
    const length = blob.readUInt32BE(offset);
    const start = offset + 4;
    if (start + length > blob.length) return undefined;
    offset = start + length;
    return blob.subarray(start, offset);
  };
  next();
  next();
  const modulus = next();
  if (!modulus) return undefined;
  const first = modulus.findIndex((byte) => byte !== 0);
  return first < 0 ? 0 : (modulus.length - first - 1) * 8 + (32 - Math.clz32(modulus[first] ?? 0));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The weak ones of a cloud-init `sshkeys` value (percent-encoded, one key a line), each as `ssh-rsa 1024 bit`. */
export function weakKeys(sshkeys: string): readonly string[] {
  return decoded(sshkeys)
    .split('\n')
    .flatMap((line) => {
      const match = /(?:^|\s)(ssh-(?:dss|rsa))\s+(\S+)/.exec(line);
      if (!match) return [];
      const [, type = '', blob = ''] = match;
      if (type === 'ssh-dss') return [type];
      const bits = rsaBits(blob);
      return bits !== undefined && bits < weakRsaBits ? [`${type} ${bits} bit`] : [];
    });
}
