#:project Engine/Engine.csproj
#:property PublishAot=false
using Engine;
using Engine.Layers;
using Engine.Optimizers;
using Engine.Storage;

var random = new RandomStream(seed: 1);
var model = new Sequential<float>(
    new Linear<float>(2, 16, random), new Tanh<float>(), new Linear<float>(16, 1, random));
var adam = new Adam<float>(model.Parameters, learningRate: 0.01);
var inputs = Tensor<float>.From([4, 2], [0, 0, 0, 1, 1, 0, 1, 1]);
var targets = Tensor<float>.From([4, 1], [0, 1, 1, 0]);
for (var update = 1; update <= 500; update++)
{
    using var tape = new Tape<float>(Mode.Training, random.Fork(update));
    var predicted = model.Forward(tape.Constant(inputs));           // [4, 1]
    var loss = Op.MeanSquaredError(predicted, targets);
    adam.Step(tape.Backward(loss));
    if (update % 100 == 0) Console.WriteLine($"update {update}: loss {loss.Item():g2}");
}
SafeTensors.Save("xor.safetensors", model);
