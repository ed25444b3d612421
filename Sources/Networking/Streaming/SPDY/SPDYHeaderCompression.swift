import CZlib

/// Packs the header blocks of one direction of a connection: one zlib stream for all of them, each
/// block flushed so that the peer can unpack it when it has arrived.
///
/// `@unchecked Sendable`: it belongs to one `SPDYStateMachine`, whose owner calls it under a lock.
final class SPDYHeaderDeflater: @unchecked Sendable {
  /// zlib keeps a pointer to this structure inside its own state, so it must never move.
  private let stream: UnsafeMutablePointer<z_stream>

  /// A window that holds the dictionary and little more, and the smallest tables: about 9 KB where
  /// zlib's default takes 268 KB. What Kubernetes sends is three short fields.
  private static let windowBits: Int32 = 11
  private static let memoryLevel: Int32 = 1

  init() {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let status = deflateInit2_(
      stream, Z_BEST_COMPRESSION, Z_DEFLATED, Self.windowBits, Self.memoryLevel,
      Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(status == Z_OK, "zlib refused its own constants, or memory is out: \(status)")
    let dictionary = SPDYHeaderDictionary.bytes
    let dictionaryStatus = deflateSetDictionary(stream, dictionary, uInt(dictionary.count))
    precondition(dictionaryStatus == Z_OK, "zlib refused the header dictionary")
  }

  deinit {
    deflateEnd(stream)
    stream.deinitialize(count: 1)
    stream.deallocate()
  }

  func pack(_ block: [UInt8]) -> [UInt8] {
    // The flush marker and the first block's zlib header come on top of the bound.
    let capacity = Int(deflateBound(stream, uLong(block.count))) + 64
    return block.withUnsafeBufferPointer { input in
      [UInt8](unsafeUninitializedCapacity: capacity) { output, count in
        // zlib's interface has no const; it does not write to its input.
        stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        stream.pointee.avail_in = uInt(input.count)
        stream.pointee.next_out = output.baseAddress
        stream.pointee.avail_out = uInt(capacity)
        let status = deflate(stream, Z_SYNC_FLUSH)
        precondition(
          status == Z_OK && stream.pointee.avail_in == 0 && stream.pointee.avail_out > 0,
          "a header block outgrew zlib's own bound")
        count = capacity - Int(stream.pointee.avail_out)
      }
    }
  }
}

/// Unpacks the header blocks of the other direction. After an error it is of no further use: the
/// two sides no longer agree on what came before.
///
/// `@unchecked Sendable`: as `SPDYHeaderDeflater`.
final class SPDYHeaderInflater: @unchecked Sendable {
  private let stream: UnsafeMutablePointer<z_stream>
  private let limit: Int

  /// - Parameter limit: most bytes that one block may unpack to.
  init(limit: Int) {
    self.limit = limit
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let status = inflateInit2_(
      stream, MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(status == Z_OK, "zlib refused its own constants, or memory is out: \(status)")
  }

  deinit {
    inflateEnd(stream)
    stream.deinitialize(count: 1)
    stream.deallocate()
  }

  func unpack(_ packed: [UInt8]) throws(SPDYError) -> [UInt8] {
    var unpacked: [UInt8] = []
    let result = packed.withUnsafeBufferPointer { input -> SPDYError? in
      stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
      stream.pointee.avail_in = uInt(input.count)
      return unpackInput(into: &unpacked)
    }
    if let result { throw result }
    return unpacked
  }

  private func unpackInput(into unpacked: inout [UInt8]) -> SPDYError? {
    var piece = [UInt8](repeating: 0, count: 4 << 10)
    while true {
      let status = piece.withUnsafeMutableBufferPointer { output in
        stream.pointee.next_out = output.baseAddress
        stream.pointee.avail_out = uInt(output.count)
        return inflate(stream, Z_SYNC_FLUSH)
      }
      let count = piece.count - Int(stream.pointee.avail_out)
      guard unpacked.count + count <= limit else { return .headersTooLarge(limit: limit) }
      unpacked += piece[..<count]
      switch status {
      case Z_NEED_DICT:
        let dictionary = SPDYHeaderDictionary.bytes
        guard inflateSetDictionary(stream, dictionary, uInt(dictionary.count)) == Z_OK else {
          return .badCompression
        }
      case Z_OK where stream.pointee.avail_in > 0 || stream.pointee.avail_out == 0: continue
      // Nothing left to do: all input is used, all output is out.
      case Z_OK, Z_BUF_ERROR:
        return stream.pointee.avail_in == 0 ? nil : .badCompression
      default: return .badCompression
      }
    }
  }
}
