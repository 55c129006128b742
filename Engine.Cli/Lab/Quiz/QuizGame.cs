namespace Engine.Cli;

/// <summary>Asks questions one after another, and keeps the score.</summary>
internal static class QuizGame
{
    /// <summary>Plays until the questions or the input end, or until <c>q</c>.</summary>
    /// <param name="questions">The questions; each is made when its turn comes.</param>
    /// <param name="voice">Prints.</param>
    /// <param name="streams">Standard input, from a terminal or a pipe.</param>
    public static void Play(IEnumerable<QuizQuestion> questions, QuizVoice voice, CommandStreams streams)
    {
        using var typed = new StreamReader(streams.Input, leaveOpen: true);
        var (number, right, wrong) = (0, 0, new List<string>());
        foreach (var question in questions)
        {
            voice.Say(new($"第 {++number} 题", $"question {number}"));
            question.Ask(voice);
            voice.Say(new(
                $"请输入{question.Expects.Chinese}；? 看答案，q 结束",
                $"type {question.Expects.English}; ? shows the answer, q ends"));
            if (Guess(question, voice, typed) is not { } isRight)
            {
                number--;
                break;
            }
            if (isRight) right++;
            else wrong.Add(question.Name);
            voice.Say(isRight ? new("你对了。", "You are right.") : new("没有答对。", "That is not right."));
            question.Explain(voice);
            voice.Say(new($"得分：{number} 题对 {right} 题", $"score: {right} of {number}"));
            voice.Skip();
        }
        voice.Say(new($"总分：{number} 题对 {right} 题", $"final score: {right} of {number}"));
        if (wrong.Count > 0)
            voice.Say(new("再看看", "look again at"), new(string.Join("，", wrong), string.Join(", ", wrong)));
    }

    /// <summary>Whether the guess is right; null to end. Asks again until a line is understood.</summary>
    private static bool? Guess(QuizQuestion question, QuizVoice voice, StreamReader typed)
    {
        while (true)
        {
            voice.Prompt();
            if (typed.ReadLine()?.Trim() is not { } line || line is "q" or "quit" or ":q" or ":quit") return null;
            if (line is "?" or "？") return false;
            if (question.Judge(line) is { } isRight) return isRight;
            voice.Say(new(
                $"没看懂“{Printable.Of(line)}”；请输入{question.Expects.Chinese}；? 看答案，q 结束",
                $"'{Printable.Of(line)}' is not understood; type {question.Expects.English}; ? shows the answer, "
                + "q ends"));
        }
    }
}
