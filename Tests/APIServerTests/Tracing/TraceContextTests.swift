import Testing

@testable import APIServer

@Suite struct TraceContextTests {
  private static let example = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

  @Test("the standard's example is read and written")
  func example() throws {
    let context = try #require(TraceContext(traceparent: Self.example))
    #expect(context.trace.text == "0af7651916cd43dd8448eb211c80319c")
    #expect(context.span.text == "b7ad6b7169203331")
    #expect(context.isSampled)
    #expect(context.traceparent == Self.example)
  }

  @Test("leading zeros stay, and flags that this version does not know are let go")
  func zeros() throws {
    let context = try #require(
      TraceContext(traceparent: "00-00000000000000000000000000000001-0000000000000002-fe"))
    #expect(!context.isSampled)
    #expect(
      context.traceparent == "00-00000000000000000000000000000001-0000000000000002-00")
  }

  @Test("a later version may add to it")
  func laterVersion() {
    #expect(TraceContext(traceparent: "cc" + Self.example.dropFirst(2)) != nil)
    #expect(TraceContext(traceparent: "cc" + Self.example.dropFirst(2) + "-what") != nil)
    #expect(TraceContext(traceparent: "cc" + Self.example.dropFirst(2) + ".what") == nil)
  }

  @Test(
    "what is none is not taken for one",
    arguments: [
      "", "00", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0",
      "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
      "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
      "00-00000000000000000000000000000000-b7ad6b7169203331-01",
      "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
      "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-",
      "00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
      "00-0af7651916cd43dd8448eb211c80319g-b7ad6b7169203331-01",
      "00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333é-1",
    ])
  func malformed(_ text: String) { #expect(TraceContext(traceparent: text) == nil) }

  @Test("of traces that begin here a share is recorded, and of others what their beginning says")
  func sampling() {
    let lowest = TraceContext.TraceID(high: 1, low: 1)
    let highest = TraceContext.TraceID(high: 1, low: .max)
    let middle = TraceContext.TraceID(high: 1, low: .max / 2)
    for trace in [lowest, middle, highest] {
      #expect(!TraceSampler(ratePerMillion: 0).records(trace, parent: nil))
    }
    #expect(TraceSampler(ratePerMillion: 1).records(lowest, parent: nil))
    #expect(TraceSampler(ratePerMillion: 500_001).records(middle, parent: nil))
    #expect(!TraceSampler(ratePerMillion: 499_999).records(middle, parent: nil))
    let all = TraceSampler(ratePerMillion: 1_000_000)
    let recorded = (0..<1_000).count { _ in all.records(.random(), parent: nil) }
    #expect(recorded == 1_000)
    for isSampled in [true, false] {
      let parent = TraceContext(trace: middle, span: .random(), isSampled: isSampled)
      #expect(TraceSampler(ratePerMillion: 0).records(middle, parent: parent) == isSampled)
      #expect(all.records(middle, parent: parent) == isSampled)
    }
  }
}
