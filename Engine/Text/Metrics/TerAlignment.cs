namespace Engine.Text;

/// <summary>Where the words of a reference stand in a hypothesis, and which words of both are wrong.</summary>
/// <param name="hypothesis">The number of words of the hypothesis.</param>
/// <param name="reference">The number of words of the reference.</param>
internal sealed class TerAlignment(int hypothesis, int reference)
{
    private readonly int[] places = new int[reference];

    // [words + 1]: 1 after each wrong word; after Sum, the number of wrong words before.
    private readonly int[] hypothesisErrors = new int[hypothesis + 1], referenceErrors = new int[reference + 1];

    /// <summary>
    /// The index of the hypothesis's word in the place of a word of the reference. A word that the hypothesis lacks has
    /// the index of the word before it, -1 at the beginning.
    /// </summary>
    public int Of(int word) => places[word];

    /// <summary>Whether one of the hypothesis's words is wrong.</summary>
    public bool HypothesisIsWrong(int first, int count) =>
        hypothesisErrors[first + count] > hypothesisErrors[first];

    /// <summary>Whether the hypothesis lacks one of the reference's words in its place.</summary>
    public bool ReferenceIsWrong(int first, int count) => referenceErrors[first + count] > referenceErrors[first];

    /// <summary>Notes that two words stand in the same place.</summary>
    public void Pair(int hypothesisWord, int referenceWord, bool isWrong)
    {
        places[referenceWord] = hypothesisWord;
        if (!isWrong) return;
        hypothesisErrors[hypothesisWord + 1] = 1;
        referenceErrors[referenceWord + 1] = 1;
    }

    /// <summary>Notes that a word of the hypothesis must be removed.</summary>
    public void Remove(int hypothesisWord) => hypothesisErrors[hypothesisWord + 1] = 1;

    /// <summary>Notes that a word of the reference must be inserted.</summary>
    public void Insert(int referenceWord, int before)
    {
        places[referenceWord] = before;
        referenceErrors[referenceWord + 1] = 1;
    }

    /// <summary>Ends the notes.</summary>
    public void Sum()
    {
        for (var i = 1; i < hypothesisErrors.Length; i++) hypothesisErrors[i] += hypothesisErrors[i - 1];
        for (var i = 1; i < referenceErrors.Length; i++) referenceErrors[i] += referenceErrors[i - 1];
    }
}
