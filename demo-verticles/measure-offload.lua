-- wrk asks `offload`, and checks what it answers: measure-offload.sh runs it as `wrk -s measure-offload.lua URL -- KIND ROWS`.
-- KIND is mixed (three of four requests for one row, the others for a range of up to 1000) or slow (all for a range of
-- 100,000) or none (no query: a path that there is not).
-- A request cannot be told from its response here, so checked is that the answer agrees with itself; `offload --requests`
-- also checks that it is the answer to its question.

local LONGEST_RANGE, SLOW_RANGE = 1000, 100000
local CONSONANTS, VOWELS = "bcdfghjklmnprstvwxyz", "aeiou"
local threads = {}

function setup(thread)
  thread:set("number", #threads + 1)
  table.insert(threads, thread)
end

local function population(id)
  return id * 7919 % 1000003
end

local function name(id)
  local text = ""
  local syllables = 0
  while syllables < 3 or id > 0 do
    local syllable = id % 100
    local consonant, vowel = math.floor(syllable / 5) + 1, syllable % 5 + 1
    text = CONSONANTS:sub(consonant, consonant) .. VOWELS:sub(vowel, vowel) .. text
    id = math.floor(id / 100)
    syllables = syllables + 1
  end
  return text:sub(1, 1):upper() .. text:sub(2)
end

local kind, rows
local people_before = {} -- in the rows before this one
local asked = 0

-- counted in each thread, added up by done(); wrk lets other threads see only globals
right, refused, wrong, wrong_example = 0, 0, 0, ""

function init(arguments)
  kind, rows = arguments[1], tonumber(arguments[2])
  local sum = 0
  for id = 0, rows - 1 do
    people_before[id] = sum
    sum = sum + population(id)
  end
  people_before[rows] = sum
  math.randomseed(number)
end

function request()
  asked = asked + 1
  if kind == "none" then
    return wrk.format("GET", "/nowhere")
  end
  if kind == "slow" then
    local from = math.random(0, rows - SLOW_RANGE)
    return wrk.format("GET", "/sum?from=" .. from .. "&to=" .. from + SLOW_RANGE - 1)
  end
  local id = math.random(0, rows - 1)
  if asked % 4 == 0 then
    return wrk.format("GET", "/sum?from=" .. id .. "&to=" .. math.min(rows - 1, id + math.random(0, LONGEST_RANGE - 1)))
  end
  return wrk.format("GET", "/city?name=" .. name(id))
end

local function is_right(body)
  local id, found, people = body:match('^{"id":(%d+),"name":"(%a+)","population":(%d+)}$')
  if id then
    return found == name(tonumber(id)) and tonumber(people) == population(tonumber(id))
  end
  local from, to, sum = body:match('^{"from":(%d+),"to":(%d+),"sum":(%d+)}$')
  return from ~= nil and tonumber(sum) == people_before[to + 1] - people_before[tonumber(from)]
end

function response(status, headers, body)
  if kind == "none" and status == 404 or status == 200 and is_right(body) then
    right = right + 1
  elseif status == 503 and (headers["retry-after"] or headers["Retry-After"]) then
    refused = refused + 1
  else
    wrong = wrong + 1
    wrong_example = status .. " " .. body
  end
end

function done(summary, latency)
  local all = { right = 0, refused = 0, wrong = 0 }
  for _, thread in ipairs(threads) do
    for each in pairs(all) do
      all[each] = all[each] + thread:get(each)
    end
    if thread:get("wrong_example") ~= "" then
      io.write("wrong answer: ", thread:get("wrong_example"), "\n")
    end
  end
  local errors = summary.errors
  io.write(string.format(
    "result: %.0f requests/s, p50 %.1f ms, p99 %.1f ms, max %.1f ms; right %d, refused %d, wrong %d; timed out %d, failed %d\n",
    summary.requests * 1e6 / summary.duration,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, latency.max / 1e3,
    all.right, all.refused, all.wrong,
    errors.timeout, errors.connect + errors.read + errors.write))
end
