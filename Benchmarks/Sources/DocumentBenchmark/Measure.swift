/// Nanoseconds per run of `body`: the best of several batches, since other load on the machine only
/// ever adds.
func nanoseconds(_ body: () throws -> Void) rethrows -> Double {
  let clock = ContinuousClock()
  var batch = 1
  while true {
    let duration = try clock.measure { for _ in 0..<batch { try body() } }
    if duration > .milliseconds(10) { break }
    batch *= 2
  }
  var best = Double.infinity
  for _ in 0..<15 {
    let duration = try clock.measure { for _ in 0..<batch { try body() } }
    best = min(best, Double(duration.components.attoseconds) / 1e9 / Double(batch))
  }
  return best
}

/// Keeps the optimizer from dropping what nobody reads.
@inline(never)
func blackHole<Value>(_ value: Value) {
  withUnsafePointer(to: value) { _ = $0 }
}
