// The zone in which the browser's clock runs, so that pages tell times in it; another one
// that was chosen by hand stays.
const NAME = "purser_zone";
if (!document.cookie.split("; ").some((one) => one.startsWith(`${NAME}=`))) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone) document.cookie = `${NAME}=${zone}; path=/; max-age=31536000; samesite=lax`;
}
