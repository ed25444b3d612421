/// A growing run of document nodes while a parser makes them. `deallocate()` ends its use.
struct NodeBuffer {
  private(set) var base: UnsafeMutablePointer<Document.Node>
  private(set) var count = 0
  private var capacity: Int

  init(capacity: Int) {
    self.capacity = max(capacity, 8)
    base = .allocate(capacity: self.capacity)
  }

  func deallocate() { base.deallocate() }

  @inline(__always)
  subscript(index: UInt32) -> Document.Node {
    get { base[Int(index)] }
    nonmutating _modify { yield &base[Int(index)] }
  }

  @inline(__always)
  mutating func append(_ node: Document.Node) {
    if count == capacity { grow() }
    (base + count).initialize(to: node)
    count &+= 1
  }

  /// Forgets the nodes from `count` on; they are trivial, so nothing is left behind.
  mutating func truncate(to count: Int) { self.count = count }

  @inline(never)
  private mutating func grow() {
    let larger = UnsafeMutablePointer<Document.Node>.allocate(capacity: capacity * 2)
    larger.moveInitialize(from: base, count: count)
    base.deallocate()
    base = larger
    capacity *= 2
  }

  func array() -> [Document.Node] {
    Array(UnsafeBufferPointer(start: base, count: count))
  }
}
