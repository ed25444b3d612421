/// Changes bytes at random: small damage to valid input reaches deeper into a parser than noise.
struct Mutator {
  var generator: SeededGenerator
  /// Pieces that mean something to the format.
  let tokens: [[UInt8]]

  init(seed: UInt64, tokens: [String]) {
    generator = SeededGenerator(seed: seed)
    self.tokens = tokens.map { Array($0.utf8) }
  }

  mutating func mutated(_ input: [UInt8]) -> [UInt8] {
    var bytes = input
    for _ in 0..<Int.random(in: 1...4, using: &generator) { mutate(&bytes) }
    return bytes
  }

  private mutating func mutate(_ bytes: inout [UInt8]) {
    let position = Int.random(in: 0...bytes.count, using: &generator)
    let rest = bytes.count - position
    let length = min(rest, Int.random(in: 1...16, using: &generator))
    switch Int.random(in: 0..<8, using: &generator) {
    case 0: bytes.removeSubrange(position...)
    case 1: bytes.removeSubrange(position..<position + length)
    case 2 where rest > 0: bytes[position] = UInt8.random(in: .min ... .max, using: &generator)
    case 3 where rest > 0: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
    case 4: bytes.insert(UInt8.random(in: .min ... .max, using: &generator), at: position)
    case 5: bytes.insert(contentsOf: bytes[position..<position + length], at: position)
    case 6:
      let other = Int.random(in: 0...bytes.count - length, using: &generator)
      bytes.replaceSubrange(position..<position + length, with: bytes[other..<other + length])
    default:
      let token = tokens[Int.random(in: 0..<tokens.count, using: &generator)]
      bytes.insert(contentsOf: token, at: position)
    }
  }
}
