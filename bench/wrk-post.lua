-- POSTs one prepared body over and over; prints one line of JSON at the end.
-- wrk -s wrk-post.lua URL -- BODY_FILE
function init(args)
  local file = assert(io.open(args[1], "rb"))
  wrk.method = "POST"
  wrk.body = file:read("*a")
  file:close()
  wrk.headers["Content-Type"] = "application/json"
  wrk.headers["anthropic-version"] = "2023-06-01"
  wrk.headers["x-api-key"] = "bench"
end

function done(summary, latency)
  local failed = summary.errors.connect + summary.errors.read + summary.errors.write
    + summary.errors.timeout + summary.errors.status
  print(string.format('{"requests":%d,"failed":%d,"microseconds":%d,"bytes":%d}',
    summary.requests, failed, summary.duration, summary.bytes))
end
