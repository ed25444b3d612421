import Testing

@testable import NodeAgent

@Suite struct VariableExpansionTests {
  @Test(
    "names are replaced, unknown ones stay, and $$ escapes",
    arguments: [
      ("plain", "plain"), ("$(A)", "1"), ("x$(A)y$(B)z", "x1y2z"), ("$(NO)", "$(NO)"),
      ("$$(A)", "$(A)"), ("$$$(A)", "$1"), ("$$$$(A)", "$$(A)"), ("$A", "$A"), ("$(A", "$(A"),
      ("end$", "end$"), ("$()", "$()"), ("$(A)$(A)", "11"), ("ä$(B)ö", "ä2ö"),
    ])
  func expansion(_ text: String, _ expected: String) {
    #expect(VariableExpansion.expand(text) { ["A": "1", "B": "2"][$0] } == expected)
  }
}
