/// A growing run of bytes while an encoder writes them. `deallocate()` ends its use.
///
/// Room is asked for once per piece, so that the writes themselves need no check.
struct ByteWriter {
  private(set) var base: UnsafeMutablePointer<UInt8>
  private(set) var count = 0
  private var capacity: Int

  init(capacity: Int) {
    self.capacity = max(capacity, 64)
    base = .allocate(capacity: self.capacity)
  }

  func deallocate() { base.deallocate() }

  var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: base, count: count) }

  /// Makes room for so many more bytes.
  @inline(__always)
  mutating func reserve(_ byteCount: Int) {
    if count &+ byteCount > capacity { grow(byteCount) }
  }

  @inline(never)
  private mutating func grow(_ byteCount: Int) {
    capacity = max(capacity * 2, count + byteCount)
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    larger.moveInitialize(from: base, count: count)
    base.deallocate()
    base = larger
  }

  @inline(__always)
  mutating func append(_ byte: UInt8) {
    reserve(1)
    base[count] = byte
    count &+= 1
  }

  @inline(__always)
  mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let source = bytes.baseAddress else { return }
    reserve(bytes.count)
    (base + count).initialize(from: source, count: bytes.count)
    count &+= bytes.count
  }

  mutating func append(_ text: StaticString) {
    append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  mutating func append(_ bytes: some Collection<UInt8>) {
    reserve(bytes.count)
    for byte in bytes {
      base[count] = byte
      count &+= 1
    }
  }

  /// Decimal digits, with a minus sign in front where there is one.
  mutating func append(decimal value: Int64) {
    reserve(20)
    if value < 0 {
      base[count] = UInt8(ascii: "-")
      count &+= 1
    }
    var rest = value.magnitude
    var digitCount = 1
    var bound: UInt64 = 10
    while digitCount < 19, rest >= bound {
      digitCount &+= 1
      bound = bound &* 10
    }
    // Nineteen digits hold every magnitude up to 2^63.
    var position = count &+ digitCount
    count = position
    repeat {
      position &-= 1
      base[position] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    } while rest > 0
  }

  /// A word's eight bytes, of which the caller then takes as many as it wants with `advance`.
  /// - Precondition: room for eight bytes is reserved.
  @inline(__always)
  func store(_ word: UInt64) {
    UnsafeMutableRawPointer(base + count).storeBytes(of: word, as: UInt64.self)
  }

  @inline(__always)
  mutating func advance(_ byteCount: Int) { count &+= byteCount }

  /// Makes a gap before the bytes from `start` on.
  mutating func moveUp(from start: Int, by byteCount: Int) {
    reserve(byteCount)
    (base + start + byteCount).update(from: base + start, count: count - start)
    count += byteCount
  }

  /// Forgets the bytes from `count` on.
  mutating func truncate(to count: Int) { self.count = count }

  /// Overwrites a byte that is written already.
  subscript(position: Int) -> UInt8 {
    get { base[position] }
    nonmutating set { base[position] = newValue }
  }
}
