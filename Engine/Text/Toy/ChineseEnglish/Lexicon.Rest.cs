namespace Engine.Text;

internal static partial class Lexicon
{
    private const string AdjectiveTable = """
        红色 red - garment,hat,car,grown,wood
        黑色 black - pet,garment,hat,car,lost
        大 big bigger animal,fruit,opened,wood,broken
        小 small smaller animal,fruit,opened,wood,broken
        新 new newer machine,garment,hat,movie,wood
        旧 old older machine,garment,hat,wood,lost
        贵 expensive more_expensive goods
        漂亮 beautiful more_beautiful garment,hat,grown,art,flyer
        有趣 interesting more_interesting text,movie
        好吃 delicious more_delicious food
        聪明 smart smarter person,kin,animal
        高 tall taller person,kin
        有名 famous more_famous job
        忙 busy busier person,kin
        累 tired more_tired person,kin,pet
        饿 hungry hungrier person,kin,animal
        高兴 happy happier person,kin
        """;

    private const string TimeTable = """
        昨天 yesterday past
        昨天晚上 last_night past
        上个星期 last_week past
        去年 last_year past
        刚才 just_now past
        明天 tomorrow future
        明天早上 tomorrow_morning future
        今天晚上 tonight future
        下个星期 next_week future
        每天 every_day habit
        每天早上 every_morning habit
        现在 now now
        """;

    private const string AdverbTable = """
        常常 often
        总是 always
        有时候 sometimes
        从来不 never
        """;

    private const string PlaceTable = """
        公园里 in_the_park open
        街上 on_the_street open
        树下 under_the_tree open
        河边 by_the_river open
        海里 in_the_sea water
        河里 in_the_river water
        家里 at_home room
        房间里 in_the_room room
        厨房里 in_the_kitchen room
        图书馆里 in_the_library room
        商店里 in_the_shop shop
        市场里 at_the_market shop
        桌子上 on_the_table spot
        床上 on_the_bed spot
        箱子里 in_the_box spot
        门后面 behind_the_door spot
        """;

    private const string GoalTable = """
        学校 to_school
        医院 to_the_hospital
        北京 to_Beijing
        海边 to_the_seaside
        """;

    private const string VehicleTable = """
        坐火车 by_train
        坐飞机 by_plane
        走路 on_foot
        """;

    private const string NumberTable = """
        两 two
        三 three
        四 four
        五 five
        六 six
        十 ten
        """;
}
