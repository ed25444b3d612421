/// Runs all ways through a program side by side, in order of preference (Pike's machine).
struct RegexMachine {
  private let program: [RegexInstruction]

  init(_ program: [RegexInstruction]) { self.program = program }

  /// Ways that wait for the next scalar, the preferred first, each place at most once.
  private struct Ways {
    var places: [Int] = []
    /// Where the match of a way began.
    var starts: [Int] = []
    /// By place: the step in which it was last visited.
    var seen: [Int]
  }

  /// - Parameter stopsEarly: whether any match will do; its range is not the preferred one then.
  func run(over text: [UInt32], from start: Int, stopsEarly: Bool) -> Range<Int>? {
    var now = Ways(seen: [Int](repeating: -1, count: program.count))
    var next = now
    var found: Range<Int>?
    var position = start
    while true {
      // A match that begins later is worse than one under way or found.
      if found == nil { follow(0, start: position, at: position, text, &now) }
      if now.places.isEmpty, found != nil { return found }
      for (way, place) in now.places.enumerated() {
        switch program[place] {
        case .match:
          found = now.starts[way]..<position
          if stopsEarly { return found }
        case .scalar(let scalars):
          if position < text.count, scalars.contains(text[position]) {
            follow(place + 1, start: now.starts[way], at: position + 1, text, &next)
          }
          continue
        default: continue
        }
        break
      }
      if position == text.count { return found }
      position += 1
      swap(&now, &next)
      next.places.removeAll(keepingCapacity: true)
      next.starts.removeAll(keepingCapacity: true)
    }
  }

  /// Adds every place that is reached from one without reading a scalar.
  private func follow(
    _ place: Int, start: Int, at position: Int, _ text: [UInt32], _ ways: inout Ways
  ) {
    var pending = [place]
    while let place = pending.popLast() {
      if ways.seen[place] == position { continue }
      ways.seen[place] = position
      switch program[place] {
      case .jump(let target): pending.append(target)
      case .split(let first, let second):
        pending.append(second)
        pending.append(first)
      case .assert(let assertion):
        if Self.holds(assertion, at: position, text) { pending.append(place + 1) }
      case .scalar, .match:
        ways.places.append(place)
        ways.starts.append(start)
      }
    }
  }

  private static func holds(_ assertion: RegexAssertion, at position: Int, _ text: [UInt32]) -> Bool
  {
    switch assertion {
    case .textStart: return position == 0
    case .textEnd: return position == text.count
    case .lineStart: return position == 0 || text[position - 1] == 0x0A
    case .lineEnd: return position == text.count || text[position] == 0x0A
    case .wordBoundary, .noWordBoundary:
      let before = position > 0 && isWord(text[position - 1])
      let behind = position < text.count && isWord(text[position])
      return (before != behind) == (assertion == .wordBoundary)
    }
  }

  private static func isWord(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F: true
    default: false
    }
  }
}
