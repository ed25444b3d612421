import Testing

@testable import Controllers

@Suite("Completion indexes")
struct CompletionIndexesTests {
  @Test(
    "round trip in the status's notation", arguments: ["", "0", "0,1", "0-2", "1,3-5,7", "0,1,3-5"])
  func roundTrip(_ text: String) {
    #expect(CompletionIndexes(parsing: text, below: 10).text == text)
  }

  @Test("indexes beyond the Job's completions are left out, however far a range reaches")
  func bounded() {
    #expect(CompletionIndexes(parsing: "1-999999999999", below: 3).indexes == [1, 2])
    #expect(CompletionIndexes(parsing: "x,3-1,-", below: 5).indexes == [])
  }
}
