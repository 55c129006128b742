// What view-classifier.js says: [English, Chinese].

export const texts = {
  classifier_says: ["The model says:", "模型判断："],
  classifier_labels: ["Labels and their probabilities", "标签与概率"],
  classifier_right: ["right label", "正确标签"],
  classifier_logit: ["logit {logit}", "logit {logit}"],
  classifier_loss: ["loss = −ln p(“{label}”) = {loss}", "损失 = −ln p(“{label}”) = {loss}"],
  classifier_pooling: ["From all tokens to one vector: pooling", "从所有词元到一个向量：池化"],
  classifier_pooling_mean: ["The mean of all rows: every token gives the same share.", "对所有行取平均：每个词元的贡献相同。"],
  classifier_pooling_max: [
    "The maximum of each feature over all rows. The bars show the share of features whose maximum comes from a token.",
    "每个特征在所有行中取最大值。条形表示有多少特征的最大值来自该词元。"],
  classifier_pooling_last: [
    "The last state alone: for a network that reads in both directions, the last state of each direction.",
    "只取最后的状态；双向网络取两个方向各自的最后状态。"],
  classifier_pooling_attention: [
    "A weighted mean of the rows, whose weights are a softmax over learned scores.", "对各行加权平均，权重是可学习分数的 softmax。"],
  classifier_attention: ["Open the attention of all heads", "查看所有头的注意力"],
  classifier_states: ["The states by layer and token", "各层、各词元的状态"],
  classifier_states_transformer: [
    "The Euclidean norm of each token's vector after each residual sum. A row has one stage of the network, a " +
      "column one token.",
    "每次残差相加之后，每个词元向量的欧几里得范数。每行是网络的一个阶段，每列是一个词元。"],
  classifier_states_recurrent: [
    "A recurrent network reads the tokens in order and carries a state along. The map has the Euclidean norm of " +
      "what it reads and of the state that each token leaves.",
    "循环网络按顺序读入词元并传递状态。图中是输入向量和每个词元留下的状态的欧几里得范数。"],
  classifier_states_conv: [
    "A convolutional network reads windows of neighbouring tokens. The map has the Euclidean norm of what it reads " +
      "and of the vector that it leaves for each token.",
    "卷积网络读入相邻词元组成的窗口。图中是输入向量和每个词元最终向量的欧几里得范数。"],
  classifier_source: ["Encoder", "编码器"],
  classifier_target: ["Decoder", "解码器"],
  classifier_side: ["Encoder", "编码器"],
  classifier_stage: ["stage", "阶段"],
  classifier_token: ["token", "词元"],
  classifier_embedded: ["embedded", "词嵌入"],
  classifier_result: ["result", "最终输出"],
  classifier_map: ["Norms of the states, by stage and token.", "各阶段、各词元状态的范数。"],
  classifier_no_states: ["The record has no states of this model.", "记录中没有这个模型的状态。"],
};
