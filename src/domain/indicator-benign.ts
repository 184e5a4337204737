/**
 * The best-known domains, which lists of indicators name by mistake, or because malware asks them whether it is online. As bare
 * domains they are no indicators; what lies on them can be (a file in a repository).
 */
const benignDomains: ReadonlySet<string> = new Set([
  'adobe.com',
  'akamai.net',
  'amazon.com',
  'amazonaws.com',
  'apple.com',
  'azure.com',
  'baidu.com',
  'bing.com',
  'bitbucket.org',
  'cisa.gov',
  'cloudflare.com',
  'cloudfront.net',
  'digicert.com',
  'discord.com',
  'docker.com',
  'dropbox.com',
  'facebook.com',
  'fastly.net',
  'firefox.com',
  'github.com',
  'githubusercontent.com',
  'gitlab.com',
  'gmail.com',
  'google-analytics.com',
  'google.com',
  'googleapis.com',
  'googleusercontent.com',
  'gstatic.com',
  'icloud.com',
  'instagram.com',
  'letsencrypt.org',
  'linkedin.com',
  'live.com',
  'microsoft.com',
  'microsoftonline.com',
  'mitre.org',
  'mozilla.org',
  'msftconnecttest.com',
  'msftncsi.com',
  'netflix.com',
  'nist.gov',
  'npmjs.com',
  'office.com',
  'office365.com',
  'openai.com',
  'oracle.com',
  'outlook.com',
  'paypal.com',
  'pypi.org',
  'python.org',
  'reddit.com',
  'sourceforge.net',
  'stackoverflow.com',
  'steampowered.com',
  'telegram.org',
  'twitter.com',
  'ubuntu.com',
  'virustotal.com',
  'whatsapp.com',
  'wikipedia.org',
  'windows.com',
  'windowsupdate.com',
  'wordpress.org',
  'x.com',
  'yahoo.com',
  'yandex.ru',
  'youtube.com',
  'zoom.us',
]);

/** Whether a domain is one of the best known, or its `www`. */
export function isBenignDomain(host: string): boolean {
  return benignDomains.has(host.startsWith('www.') ? host.slice(4) : host);
}

/** The hashes of a file without content, of which every system has some. */
const emptyFile: ReadonlySet<string> = new Set([
  'd41d8cd98f00b204e9800998ecf8427e',
  'da39a3ee5e6b4b0d3255bfef95601890afd80709',
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  'cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e',
]);

export function isHashOfNothing(hash: string): boolean {
  return emptyFile.has(hash);
}
